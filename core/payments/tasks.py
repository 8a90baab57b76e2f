"""What the workers do with money; the service opens each town's door itself."""

from celery import shared_task

from core.municipalities.services import all_towns

from . import services


@shared_task(name="payments.reconcile", queue="default")
def reconcile() -> int:
    """Settle what is open, town by town: attempts whose notification never came, refunds to be sent."""
    away: set[str] = set()
    return sum(services.reconcile(town.municipality.pk, away) for town in all_towns())
