"""Celery tasks of the appointments."""

from celery import shared_task

from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns, terms

from . import services


@shared_task(name="appointments.forget")
def forget() -> int:
    """Town by town, the personal data whose day has come."""
    today, erased = terms.local_today(), 0
    for town in all_towns():
        with acting_for(town.municipality.pk):
            erased += services.forget_due(today)
    return erased
