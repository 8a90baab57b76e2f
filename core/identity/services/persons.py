"""Persons and their numbers. A number that somebody typed leads nowhere: only a proved one does."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from stdnum.es import cif, dni, nie, nif

from core.identity.constants import IdentifierKind
from core.identity.models import Person, PersonIdentifier, User
from core.municipalities.services import DomainError

_NOISE = re.compile(r"[\s.\-/]")


@dataclass(frozen=True)
class Represented:
    """The legal person in whose name a certificate of representation speaks."""

    nif: str
    name: str


@dataclass(frozen=True)
class ProvedIdentity:
    """Who somebody is, as a certificate, Giltza or a clerk with the document in her hand says."""

    kind: str  # IdentifierKind
    value: str
    given_name: str
    surname1: str
    surname2: str = ""
    country: str = "ES"
    represents: Represented | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ProvedIdentity":
        represents = data.get("represents")
        return cls(**{**data, "represents": Represented(**represents) if represents else None})

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.surname1, self.surname2)))


def normalise(value: str) -> str:
    """Upper case, without spaces, dots and dashes, as identifiers are stored."""
    return _NOISE.sub("", value).upper()


def kind_of_number(value: str) -> IdentifierKind | None:
    """NIF or NIE of a natural person with a right check letter (Real Decreto 1065/2007, art. 18-20), else None."""
    value = normalise(value)
    if nie.is_valid(value):
        return IdentifierKind.NIE
    if dni.is_valid(value) or (value[:1] in "KLM" and nif.is_valid(value)):
        return IdentifierKind.NIF
    return None


def is_number_of_entity(value: str) -> bool:
    return bool(cif.is_valid(normalise(value)))


def proper_case(name: str) -> str:
    """ETXEBARRIA → Etxebarria; a name that is not all capitals stays as written."""
    name = " ".join(name.split())
    return name.title() if name.isupper() else name


def checked(identity: ProvedIdentity) -> ProvedIdentity:
    """The identity with its number in stored form; DomainError where the number can't be right."""
    value = normalise(identity.value)
    kind = identity.kind
    if kind in (IdentifierKind.NIF, IdentifierKind.NIE):
        kind = kind_of_number(value) or ""
    if not kind or not value:
        raise DomainError(_("This number is not right: look at its letter again."), field="identifier")
    names = {part: proper_case(getattr(identity, part)) for part in ("given_name", "surname1", "surname2")}
    return ProvedIdentity(kind=kind, value=value, country=identity.country, represents=identity.represents, **names)


def find_person(kind: str, value: str, country: str = "ES") -> Person | None:
    """The person who holds this identifier today and has proved it; exact, never by name."""
    held = PersonIdentifier.objects.select_related("person").filter(
        kind=kind, value=normalise(value), country=country, valid_to=None, person__proved_at__isnull=False
    )
    identifier = held.first()
    return identifier.person if identifier else None


def proved_identifiers(person: Person) -> list[PersonIdentifier]:
    """The numbers that a person holds today and has proved; none for a provisional person."""
    return list(person.identifiers.filter(valid_to=None)) if person.is_proved else []


def merged_persons(person_id: int) -> list[int]:
    """A person's own id first, then those of the provisional persons that were merged into her."""
    return [person_id, *Person.objects.filter(merged_into=person_id).values_list("pk", flat=True)]


def account_of(person: Person) -> User | None:
    """The active account of a person."""
    return User.objects.filter(person=person, is_active=True).first()


def lock_number(identity: ProvedIdentity) -> None:
    """Two proofs of the same number at once wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        number = f"{identity.country}:{identity.kind}:{identity.value}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4815))", [number])
