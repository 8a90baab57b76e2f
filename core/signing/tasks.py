"""What the workers do for this room."""

from celery import shared_task

from core.municipalities.services import all_towns

from . import services


@shared_task(name="signing.sweep")
def sweep() -> int:
    """Every night, town by town: what was brought to be signed and nobody came back to, and what nobody asks any more
    though it is still open."""
    towns = [town.municipality.pk for town in all_towns()]
    return sum(services.sweep_aside(town) + services.sweep_over(town) for town in towns)
