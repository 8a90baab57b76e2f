"""Celery tasks of the case files."""

from celery import shared_task

from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns, terms

from . import services


@shared_task(name="case_files.lapse_corrections")
def lapse_corrections() -> int:
    """Town by town, the corrections that nobody delivered in their ten working days, and who did not join in theirs."""
    today, lapsed = terms.local_today(), 0
    for town in all_towns():
        with acting_for(town.municipality.pk):
            lapsed += services.lapse_corrections(today) + services.lapse_joinings(today)
    return lapsed
