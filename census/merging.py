"""When a provisional person turns out to be somebody, her rows here become that person's."""

from core.identity.services import on_persons_merged

from .models import Resident


@on_persons_merged
def move_residents(provisional: int, person: int) -> None:
    Resident.objects.filter(person_id=provisional).update(person_id=person)
