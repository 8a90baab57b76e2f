"""The term to resolve (Ley 39/2015, art. 21) and how it stands still (art. 22.1.a)."""

from calendar import monthrange
from datetime import date, timedelta

from case_files.constants import TermUnit
from case_files.models import CaseFile
from core.municipalities.services import terms

DEFAULT_MONTHS = 3  # art. 21.3: where no rule fixes a term
CORRECTION_DAYS = 10  # working days, art. 68.1
Towns = tuple[int | None, ...]


def towns_of(case_file: CaseFile, *addresses: dict[str, object]) -> Towns:
    """The office's town and those of the parties, for a day off in either is off (art. 30.6)."""
    known = (address.get("municipality") for address in addresses)
    return (case_file.municipality_id, *(town for town in known if isinstance(town, int)))


def due_day(filed: date, *, value: int | None, unit: str, towns: Towns, stood: int = 0) -> date | None:
    """The last day to resolve, counted from the day of the deemed filing; None where there is nothing to count.

    `stood` is the calendar days for which the clock stood; terms in working days are moved by `resume` instead.
    """
    if unit == TermUnit.IMMEDIATE:
        return terms.next_working_day(filed, towns=towns)
    if unit == TermUnit.WORKING_DAYS and value:
        return terms.add_working_days(filed, value, towns=towns)
    if unit == TermUnit.DAYS and value:
        last = filed + timedelta(days=value + stood)
    else:
        last = _date_to_date(filed, value or DEFAULT_MONTHS) + timedelta(days=stood)
    return terms.next_working_day(last, towns=towns)


def _date_to_date(day: date, months: int) -> date:
    """Art. 30.4, not yet moved to a working day: what the clock stood for is added before that."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def stop(case_file: CaseFile, day: date) -> None:
    """The clock stands from a notification on `day`; the day itself has run."""
    case_file.suspended_since = day


def resume(case_file: CaseFile, day: date, *, towns: Towns) -> None:
    """The clock goes on after `day`; the last day to resolve moves by what it stood. Sets fields, saves nothing.

    A term that had run out before the clock stopped stays run out.
    """
    since, case_file.suspended_since = case_file.suspended_since, None
    if since is None or case_file.due_on is None or case_file.term_from is None or day <= since:
        return
    if case_file.due_on < since:
        return
    case_file.suspended_days += (day - since).days
    if case_file.term_unit in (TermUnit.WORKING_DAYS, TermUnit.IMMEDIATE):
        stood = terms.working_days_between(since, day, towns=towns)
        case_file.due_on = terms.add_working_days(case_file.due_on, stood, towns=towns)
    else:
        case_file.due_on = due_day(
            case_file.term_from,
            value=case_file.term_value,
            unit=case_file.term_unit,
            towns=towns,
            stood=case_file.suspended_days,
        )
