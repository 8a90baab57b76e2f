"""What the workers do with powers."""

from celery import shared_task
from django.utils import timezone

from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns

from . import services


@shared_task(name="representation.expire")
def expire() -> int:
    """Town by town, the powers whose last day has passed."""
    today, ended = timezone.localdate(), 0
    for town in all_towns():
        with acting_for(town.municipality.pk):
            ended += services.expire_due(today)
    return ended
