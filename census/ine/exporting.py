"""The month's variations for the INE, one file a town: `H48020AI.326` is Bilbao's of March 2026."""

from collections.abc import Iterator
from datetime import date, datetime

from census.models import Movement
from core.audit.services import Actor, record
from core.municipalities.models import Municipality
from core.municipalities.services.terms import MADRID

from .layout import Record, write
from .snapshot import as_record

MONTHS = "123456789" + "0AB"  # October is 0, November A, December B


def file_name(ine_code: str, month: date) -> str:
    """`H` + province + municipality + from the town hall (A) to the INE (I) + month and year."""
    return f"H{ine_code}AI.{MONTHS[month.month - 1]}{month:%y}"


def variations(month: date) -> Iterator[Record]:
    """The records of what was written in the open town's padron in that month of Madrid, in the order it was."""
    begin = datetime(month.year, month.month, 1, tzinfo=MADRID)
    end = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=MADRID)
    rows = Movement.objects.filter(created_at__gte=begin, created_at__lt=end).select_related("municipality")
    for row in rows.order_by("created_at", "pk").iterator():
        ine_code = row.municipality.ine_code or ""
        yield as_record(ine_code, row.variation, f"{row.effective_on:%Y%m%d}", row.before, row.after)


def month_file(town: Municipality, month: date, *, actor: Actor) -> tuple[str, list[str]]:
    """The file's name and its lines, without their ends. BadRecord where a value does not fit the INE's layout."""
    lines = [write(one) for one in variations(month)]
    record("census.exported", actor=actor, data={"month": f"{month:%Y-%m}", "lines": len(lines)})
    return file_name(town.ine_code or "", month), lines
