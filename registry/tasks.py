"""Celery tasks of the registry."""

from celery import shared_task

from core.municipalities.tasks import TownTask
from core.notifications.constants import Queue

from .services import closing


@shared_task(name="registry.close_days", queue=Queue.DEFAULT.value)
def close_days() -> None:
    """Ask for the closure of yesterday in each town that has something to close."""
    for town in closing.towns_to_close():
        close_town.delay(town)


@shared_task(base=TownTask, name="registry.close_town", queue=Queue.DEFAULT.value)
def close_town(municipality_id: int) -> None:
    closing.close_days()
