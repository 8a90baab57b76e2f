"""Which towns there are, from memory: every request asks, and the answer changes a few times a year."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from core.municipalities.constants import Kind
from core.municipalities.models import Domain, ModuleAdoption, Municipality, Office, Theme

SECONDS_FRESH = 30


@dataclass(frozen=True)
class Town:
    """A town with what every page of its site shows."""

    municipality: Municipality
    theme: Theme
    modules: frozenset[str]
    hosts: tuple[str, ...] = ()
    office: Office | None = None  # the main one: its address and telephone stand on every page


@dataclass
class _Directory:
    by_id: dict[int, Town] = field(default_factory=dict)
    by_slug: dict[str, Town] = field(default_factory=dict)
    by_host: dict[str, Town] = field(default_factory=dict)
    county: Town | None = None
    read_at: float = 0.0


_directory = _Directory()


def forget_towns() -> None:
    """Read the towns again at the next question (after a change in this process, and between tests)."""
    _directory.read_at = 0.0


def _read() -> _Directory:
    global _directory
    if _directory.by_id and time.monotonic() - _directory.read_at < SECONDS_FRESH and _directory.read_at:
        return _directory
    themes = {theme.municipality_id: theme for theme in Theme.objects.all()}
    modules: dict[int | None, set[str]] = {}
    today = timezone.localdate()
    for adoption in ModuleAdoption.objects.filter(since__lte=today):
        if adoption.until is None or adoption.until >= today:
            modules.setdefault(adoption.municipality_id, set()).add(adoption.module)
    hosts: dict[int | None, list[str]] = {}
    for domain in Domain.objects.all():
        hosts.setdefault(domain.municipality_id, []).append(domain.host)
    offices = {office.municipality_id: office for office in Office.objects.filter(is_main=True)}
    fresh = _Directory(read_at=time.monotonic())
    for municipality in Municipality.objects.all():
        town = Town(
            municipality,
            themes.get(municipality.pk) or Theme(municipality=municipality),
            frozenset(modules.get(municipality.pk, ())),
            tuple(hosts.get(municipality.pk, ())),
            offices.get(municipality.pk),
        )
        fresh.by_id[municipality.pk] = fresh.by_slug[municipality.slug] = town
        fresh.by_host |= dict.fromkeys(town.hosts, town)
        if municipality.kind == Kind.COUNTY:
            fresh.county = town
    _directory = fresh
    return fresh


def find_town(municipality_id: int) -> Town:
    """The town with this id; KeyError where there is none."""
    return _read().by_id[municipality_id]


def find_by_slug(slug: str) -> Town | None:
    return _read().by_slug.get(slug)


def find_by_host(host: str) -> Town | None:
    """The town whose own domain this is."""
    return _read().by_host.get(host)


def find_county() -> Town | None:
    return _read().county


def all_towns() -> Iterable[Town]:
    """Every town, association and the county, in the order of their names."""
    return _read().by_id.values()


def is_adopted(municipality_id: int, module: str) -> bool:
    """Whether the town has this module in use today."""
    return module in find_town(municipality_id).modules
