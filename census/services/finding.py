"""Who lives here: by a proved identifier, by what a clerk types, at any date."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from census.constants import IdentifierType
from census.models import Dwelling, Inscription, Movement, Resident
from core.identity.constants import IdentifierKind
from core.identity.models import Person, PersonIdentifier
from core.territory.services import normalised

# passports are left out: their numbers are only unique within the country that gave them, which the padron lacks
_PADRON_KIND = {IdentifierKind.NIF: IdentifierType.DNI, IdentifierKind.NIE: IdentifierType.RESIDENCE_CARD}


def find_resident(person: Person) -> Resident | None:
    """The resident of the open town who this person is, living here today, or None.

    Only a proved identity counts: a typed NIF matches nobody. Two residents with one number match nobody either,
    for then a clerk has to look.
    """
    if not person.is_proved:
        return None
    numbers = PersonIdentifier.objects.filter(person=person, valid_to=None, kind__in=_PADRON_KIND)
    wanted = Q(pk__in=())
    for number in numbers:
        wanted |= Q(identifier=number.value, identifier_type=_PADRON_KIND[IdentifierKind(number.kind)])
    found = list(Resident.objects.filter(wanted, inscriptions__ends_on=None, inscriptions__isnull=False)[:2])
    return found[0] if len(found) == 1 else None


def same_person(person: Person) -> tuple[list[str], list[Resident]]:
    """The proved numbers of a person, and all residents, past ones too, that have one of them or her whole name."""
    if not person.is_proved:
        return [], []
    rows = PersonIdentifier.objects.filter(person=person, valid_to=None)
    numbers = list(rows.order_by("pk").values_list("value", flat=True))
    name = " ".join(filter(None, map(normalised, (person.surname1, person.surname2, person.given_name))))
    return numbers, list(Resident.objects.filter(Q(identifier__in=numbers) | Q(name_norm=name)).order_by("pk"))


def link(resident: Resident, person: Person) -> None:
    """Remember whose row this is, so that she reads it in her folder; a verb calls it once her identity is proved."""
    if resident.person_id != person.pk:
        resident.person = person
        resident.save(update_fields=["person"])


def home_of(resident: Resident, on: date | None = None) -> Inscription | None:
    """Where she lives, or lived on that day; None when not here. The day of a move counts for the new place."""
    rows = Inscription.objects.filter(resident=resident).select_related("dwelling__street")
    if on is None:
        return rows.filter(ends_on=None).first()
    return rows.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on).order_by("-starts_on", "-pk").first()


def resident_since(resident: Resident) -> date | None:
    """Since when she has lived in this town without a break."""
    since: date | None = None
    for row in Inscription.objects.filter(resident=resident).order_by("-starts_on", "-pk"):
        if since is not None and (row.ends_on is None or row.ends_on < since):
            break
        since = row.starts_on
    return since


def history_of(resident: Resident) -> tuple[list[Inscription], list[Movement]]:
    """Every address she has had here and every movement told to the INE, newest first."""
    addresses = Inscription.objects.filter(resident=resident).select_related("dwelling__street")
    return list(addresses.order_by("-starts_on", "-pk")), list(resident.movements.order_by("-effective_on", "-pk"))


def household_of(dwelling: Dwelling) -> list[Inscription]:
    """Who lives in a dwelling today, the one who has been there longest first."""
    rows = Inscription.objects.filter(dwelling=dwelling, ends_on=None).select_related("resident")
    return list(rows.order_by("starts_on", "resident__born_on"))


def search_residents(text: str, *, limit: int = 30) -> list[Resident]:
    """Residents of the open town, past ones too, by identity document, resident's number, or words of the name.

    Each word is the beginning of a name or of either surname; every comparison is one that an index answers behind
    the wall (`=` and `^@` are leakproof).
    """
    words = normalised(text).split()[:5]
    if not words:
        return []
    number = "".join(text.split()).replace("-", "").replace(".", "").upper()
    if any(c.isdigit() for c in number):
        return _with_homes(Resident.objects.filter(Q(identifier=number) | Q(nia=number)), limit)
    rows = Resident.objects.all()
    for word in words:
        rows = rows.filter(Q(name_norm__prefix=word) | Q(surname2_norm__prefix=word) | Q(given_norm__prefix=word))
    whole = Resident.objects.filter(name_norm__prefix=" ".join(words))
    found = {resident.pk: resident for resident in _with_homes(whole, limit) + _with_homes(rows, limit)}
    return list(found.values())[:limit]


def _with_homes(rows: QuerySet[Resident], limit: int) -> list[Resident]:
    homes = Inscription.objects.filter(ends_on=None).select_related("dwelling__street")
    return list(
        rows.prefetch_related(Prefetch("inscriptions", queryset=homes, to_attr="homes")).order_by("name_norm")[:limit]
    )


def residents_in(keys: Iterable[int]) -> list[Resident]:
    """These residents of the open town, in a fixed order, locked against another change of theirs."""
    return list(Resident.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"))
