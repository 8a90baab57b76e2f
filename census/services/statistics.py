"""Counts of the padron that name nobody: small ones are not shown (Ley 12/1989, art. 13; RGPD, recital 162)."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from case_files.models import CaseFile
from census.constants import Sex
from census.models import Inscription
from core.audit.services import Actor, record
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_upload, save_all, store
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError, find_town, terms

from .countries import countries
from .statements import INFORMS, Said, day, said, state, table

SMALLEST = 5  # a count below it might tell who it is
HIDDEN = f"<{SMALLEST}"
UNKNOWN = gettext_lazy("Not known")
TITLE = gettext_lazy("Population of the municipality")
COLUMNS = (gettext_lazy("Group"), gettext_lazy("Inhabitants"))


class Row(NamedTuple):
    sex: str
    born_on: date
    nationality: str
    district: str
    province: str
    place: str


class Group(NamedTuple):
    """One line of a table: what it is sorted by, its name, and how many (None: not shown)."""

    key: str
    name: Said
    number: int | None


def counts_on(on: date, by: Iterable[str]) -> tuple[int, dict[str, list[Group]]]:
    """How many lived here at the end of that day, and breakdown → its groups.

    Where one group alone would be hidden the next smallest is too, for the total would give it away.
    """
    lived = Inscription.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)
    rows = lived.values_list(
        *("resident__sex", "resident__born_on", "resident__nationality", "dwelling__district"),
        *("resident__birth_province", "resident__birth_place"),
    )
    town = find_town(open_municipality() or 0).municipality.ine_code or ""
    counters: dict[str, Counter[str]] = {name: Counter() for name in by}
    total = 0
    for values in rows.iterator():
        total += 1
        for name, counter in counters.items():
            counter[BREAKDOWNS[name].key_of(Row(*values), on, town)] += 1
    return total, {name: _shown(counter, BREAKDOWNS[name].name_of) for name, counter in counters.items()}


def _shown(counter: Counter[str], name_of: Callable[[str], Said]) -> list[Group]:
    small = {key for key, count in counter.items() if count < SMALLEST}
    if len(small) == 1 and len(counter) > 1:
        small.add(min(counter.keys() - small, key=lambda key: (counter[key], key)))
    return [Group(key, name_of(key), None if key in small else counter[key]) for key in sorted(counter)]


def population(case_file: CaseFile, *, actor: Actor) -> Document:
    """Saved counts for a request: a sealed document, or a file for a spreadsheet that its code and hash prove.

    DomainError for a day that has not come; `clerk` where the padron has nobody on that day.
    """
    on = date.fromisoformat(str(case_file.data["reference_date"])[:10])
    if on > terms.local_today():
        raise DomainError(_("This day has not come yet. Give the day on which it happened."), field="reference_date")
    wanted = case_file.data.get("statistic_breakdown") or []
    total, tables = counts_on(on, [name for name in BREAKDOWNS if name in wanted])
    if not total:
        raise DomainError(_("The census has nobody on that day: look at what was kept before."), code="clerk")
    shown = total if total >= SMALLEST else None
    if case_file.data.get("format") == "csv":
        document = _as_file(on, shown, tables, actor=actor)
    else:
        document = _as_paper(case_file, on, shown, tables, actor=actor)
        save_all([document])
    record("census.counted", actor=actor, object_ref=case_file.reference, data={"on": on.isoformat()})
    return document


def _as_paper(
    case_file: CaseFile, on: date, total: int | None, tables: dict[str, list[Group]], *, actor: Actor
) -> Document:
    return state(
        "population",
        intro=gettext_lazy(
            "These people were registered in the municipal register of inhabitants on the day given. A group of fewer "
            "than five is not shown, nor another one that would give it away."
        ),
        lines=[(gettext_lazy("Day"), day(on)), (COLUMNS[1], _number(total))],
        tables=[
            table(BREAKDOWNS[name].title, COLUMNS, [[group.name, _number(group.number)] for group in groups])
            for name, groups in tables.items()
        ],
        closing=INFORMS,
        language="bilingual",
        reference=case_file.reference,
        kind=DocumentKind.REPORT,
        actor=actor,
    )


def _as_file(on: date, total: int | None, tables: dict[str, list[Group]], *, actor: Actor) -> Document:
    """UTF-8 with a mark, for spreadsheets take it for another encoding without one."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";")
    lines.writerow(["date", "breakdown", "code", "eu", "es", "inhabitants"])
    lines.writerow([on.isoformat(), "total", "", "Guztira", "Total", _number(total)])
    for name, groups in tables.items():
        for key, names, number in groups:
            lines.writerow([on.isoformat(), name, key, names["eu"], names["es"], _number(number)])
    blob = store(actor.municipality_id or 0, text.getvalue().encode("utf-8-sig"))
    document, version = new_upload(
        kind=DocumentKind.OTHER,
        title="",
        stored=blob,
        file_name=f"population-{on.isoformat()}.csv",
        mime="text/csv",
        from_citizen=False,
        actor=actor,
    )
    names = said(TITLE)
    document.title_eu, document.title_es = names["eu"], names["es"]
    save_all([document], [version])
    return document


def _number(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


class Breakdown(NamedTuple):
    title: Promise
    key_of: Callable[[Row, date, str], str]
    name_of: Callable[[str], Said]


def _age(row: Row, on: date, town: str) -> str:
    """The five years that she is in: 00, 05 … 95, 100."""
    years = on.year - row.born_on.year - ((on.month, on.day) < (row.born_on.month, row.born_on.day))
    return f"{min(max(years, 0), 100) // 5 * 5:03d}"


def _age_name(key: str) -> Said:
    first = int(key)
    return dict.fromkeys(("eu", "es"), "100+" if first == 100 else f"{first}-{first + 4}")


def _country_name(key: str) -> Said:
    country = countries().get(key)
    return {language: country[f"country_{language}"] if country else key for language in ("eu", "es")}


def _birth(row: Row, on: date, town: str) -> str:
    if row.province + row.place == town:
        return "1"
    return {"48": "2", "01": "3", "20": "3", "31": "4", "66": "6", "": "7"}.get(row.province, "5")


BIRTH = {
    "1": gettext_lazy("This municipality"),
    "2": gettext_lazy("The rest of Bizkaia"),
    "3": gettext_lazy("Araba or Gipuzkoa"),
    "4": gettext_lazy("Navarre"),
    "5": gettext_lazy("The rest of Spain"),
    "6": gettext_lazy("Abroad"),
    "7": UNKNOWN,
}
BREAKDOWNS: dict[str, Breakdown] = {
    "sex": Breakdown(gettext_lazy("Sex"), lambda row, on, town: row.sex, lambda key: said(Sex(key).label)),
    "age": Breakdown(gettext_lazy("Age"), _age, _age_name),
    "nationality": Breakdown(
        gettext_lazy("Country of nationality"), lambda row, on, town: row.nationality, _country_name
    ),
    "district": Breakdown(
        gettext_lazy("District"), lambda row, on, town: row.district, lambda key: dict.fromkeys(("eu", "es"), key)
    ),
    "birth_place": Breakdown(gettext_lazy("Place of birth"), _birth, lambda key: said(BIRTH[key])),
}
