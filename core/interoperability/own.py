"""What this room knows by itself: who has proved her identity."""

from core.identity.models import Person
from core.identity.services import proved_identifiers

from .answers import Answer, register_answer
from .constants import IDENTITY


@register_answer(IDENTITY, source="BiscayTIK")
def identity(person: Person) -> Answer | None:
    """How and when she proved who she is, here; with that nobody else is asked."""
    numbers = proved_identifiers(person)
    if person.proved_at is None or not numbers:
        return None
    return Answer(
        True,
        {
            "number": ", ".join(sorted(number.value for number in numbers)),
            "proved_by": str(person.get_proved_by_display()),
            "since": person.proved_at.date().isoformat(),
        },
    )
