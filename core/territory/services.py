"""Finding and loading the streets of a town."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.municipalities.models import Municipality, open_municipality
from core.municipalities.services import DomainError

from .constants import KIND_WORDS, WayKind
from .models import Street
from .names import normalised, split_way

__all__ = ["StreetRow", "find_street", "load_streets", "normalised", "split_way", "streets"]


class StreetRow(NamedTuple):
    """One line of a street index."""

    code: str
    kind: str
    name: str


def streets(town: Municipality | int, term: str = "", limit: int = 20) -> list[Street]:
    """Streets of a town for an address box: those that begin with the term first, then those with such a word.

    Any language's kind of way may stand before or behind the name ("C/ Artekale", "Artekale kalea").
    """
    town_id = town if isinstance(town, int) else town.pk
    rows = Street.objects.filter(municipality_id=town_id)
    _kind, wanted = split_way(term)
    if not wanted:
        return list(rows[:limit])
    plain = normalised(term)
    found = rows.filter(Q(name_norm__prefix=wanted) | Q(name_norm__contains=f" {wanted}") | Q(name_norm__prefix=plain))
    return sorted(found, key=lambda s: (not s.name_norm.startswith((wanted, plain)), s.name_norm))[:limit]


def find_street(town: Municipality | int, text: str) -> list[Street]:
    """The streets of that exact name; several where a square and a street share it and the text does not say which."""
    town_id = town if isinstance(town, int) else town.pk
    kind, name = split_way(text)
    found = list(Street.objects.filter(municipality_id=town_id, name_norm__in={name, normalised(text)}))
    return [street for street in found if street.kind == kind] or found


def load_streets(rows: Iterable[StreetRow], *, actor: Actor) -> int:
    """Add the streets of the open town, and rename those whose code is known; returns how many changed.

    Codes are kept for ever (INE: ways are never renumbered), so nothing is removed. DomainError names a bad row.
    """
    town_id = open_municipality() or 0
    known = {street.code: street for street in Street.objects.filter(municipality_id=town_id)}
    changed = []
    for row in rows:
        code, kind = row.code.strip().zfill(5), _kind_of(row.kind)
        if not (code.isdigit() and len(code) == 5 and row.name.strip()) or kind is None:
            raise DomainError(_("This street cannot be loaded: %(row)s") % {"row": ";".join(row)})
        street = known.get(code) or Street(municipality_id=town_id, code=code)
        if (street.kind, street.name) == (kind, row.name.strip()) and street.pk:
            continue
        street.kind, street.name = kind, row.name.strip()
        street.name_norm = normalised(street.name)
        known[code] = street
        changed.append(street)
    Street.objects.bulk_create([street for street in changed if street.pk is None], 1000)
    Street.objects.bulk_update([street for street in changed if street.pk], ["kind", "name", "name_norm"], 1000)
    if changed:
        record("territory.streets_loaded", actor=actor, data={"streets": len(changed)})
    return len(changed)


def _kind_of(text: str) -> WayKind | None:
    if not text.strip():
        return WayKind.STREET
    if text.strip().upper() in WayKind.values:
        return WayKind(text.strip().upper())
    return KIND_WORDS.get(normalised(text))
