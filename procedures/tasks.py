"""What the workers do for this room."""

from celery import shared_task

from core.documents.services import sweep_blobs
from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns

from . import services


@shared_task(name="procedures.expire_drafts")
def expire_drafts() -> int:
    """Every night, town by town: empty the drafts that nobody has touched for ninety days, delete those of which
    nothing is left, and then the files that nobody holds any more."""
    emptied = 0
    for town in all_towns():
        with acting_for(town.municipality.pk):
            emptied += services.expire_drafts()
            services.forget_drafts()
            sweep_blobs(town.municipality.pk, used=services.files_held())
    return emptied
