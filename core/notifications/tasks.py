"""What the workers do; each opens its town's door in the service it calls."""

from celery import shared_task
from django.utils import timezone

from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns

from . import services
from .constants import Queue

AT_ONCE = 100


@shared_task(name="notifications.run_due")
def run_due(municipality_id: int, queue: str) -> int:
    """A town's due effects of one queue; where there are more than one task should take, another follows."""
    done = services.run_due(municipality_id, AT_ONCE, Queue(queue))
    if done == AT_ONCE:
        services.nudge(municipality_id, Queue(queue))
    return done


@shared_task(name="notifications.sweep")
def sweep() -> int:
    """Nudge for whatever is due and was not nudged, or whose worker died."""
    return services.sweep()


@shared_task(name="notifications.lapse")
def lapse() -> int:
    """Close the legal notifications whose ten days are over, town by town."""
    today, closed = timezone.localdate(), 0
    for town in all_towns():
        with acting_for(town.municipality.pk):
            closed += services.lapse_due(today)
    return closed
