"""What the workers do for this room."""

from celery import shared_task

from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns

from . import services


@shared_task(name="procedures.expire_drafts")
def expire_drafts() -> int:
    """Empty the drafts that nobody has touched for ninety days, town by town."""
    emptied = 0
    for town in all_towns():
        with acting_for(town.municipality.pk):
            emptied += services.expire_drafts()
    return emptied
