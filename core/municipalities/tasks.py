"""The base of every task that works inside one town."""

from typing import Any

from celery.contrib.django.task import DjangoTask

from .connections import drop_dead_connection
from .scope import acting_for


class TownTask(DjangoTask):  # type: ignore[misc]
    """First argument: the municipality's id; the body runs inside its scope."""

    abstract = True

    def __call__(self, municipality_id: int, *args: Any, **kwargs: Any) -> Any:
        drop_dead_connection()
        with acting_for(municipality_id):
            return super().__call__(municipality_id, *args, **kwargs)
