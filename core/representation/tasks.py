"""What the workers do with powers."""

from celery import shared_task
from django.utils import timezone

from core.municipalities.services import all_towns

from . import services


@shared_task(name="representation.expire")
def expire() -> int:
    """Town by town, the powers whose last day has passed."""
    today = timezone.localdate()
    return sum(services.expire_due(town.municipality.pk, today) for town in all_towns())
