"""What the census answers once-only questions with; only of who is proved to be a resident here today."""

from core.identity.models import Person
from core.interoperability.services import Answer, register_answer

from .services.finding import find_resident, history_of, home_of, household_of, resident_since


@register_answer("residence", source="census")
def residence(person: Person) -> Answer | None:
    """That she lives here, where, and since when."""
    resident = find_resident(person)
    home = home_of(resident) if resident else None
    if resident is None or home is None:
        return None
    since = resident_since(resident) or home.starts_on
    return Answer(True, {"address": str(home.dwelling), "since": since.isoformat()})


@register_answer("household", source="census")
def household(person: Person) -> Answer | None:
    """How many live in her dwelling: a number, not who they are."""
    resident = find_resident(person)
    home = home_of(resident) if resident else None
    return Answer(True, {"members": str(len(household_of(home.dwelling)))}) if home else None


@register_answer("residence_dates", source="census")
def residence_dates(person: Person) -> Answer | None:
    """From when to when she has lived here, each time."""
    resident = find_resident(person)
    if resident is None:
        return None
    rows, _movements = history_of(resident)
    periods = [f"{row.starts_on.isoformat()} – {row.ends_on.isoformat() if row.ends_on else ''}" for row in rows]
    return Answer(True, {"periods": "; ".join(periods)})
