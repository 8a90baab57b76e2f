"""The demo people: clerks of the pilot towns and citizens, proved and not, and how each of them signs in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from census.constants import IdentifierType, Sex
from census.models import Dwelling, Resident
from census.services import add_dwelling, register_arrival
from core.audit.constants import ActorKind, Channel
from core.audit.services import Actor
from core.identity.constants import IdentifierKind, ProofMethod, Role
from core.identity.models import IdentityProof, Membership, Person, PersonIdentifier, User
from core.municipalities.models import Municipality
from core.territory.models import Street

PASSWORD = "Erakusleihoa-2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# clerks of a town with several of them; Mundaka has one person who wears every hat
DESK = (Role.REGISTRAR, Role.CENSUS_OFFICER)
HALL = (Role.SIGNATORY, Role.TOWN_ADMINISTRATOR)
EVERY = (*DESK, Role.HANDLER, *HALL)


@dataclass(frozen=True)
class Clerk:
    town: str
    mailbox: str
    name: str
    roles: tuple[Role, ...]
    language: str = "eu"

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{self.town}.example"


CLERKS = (
    Clerk("mundaka", "idazkaria", "Miren Bilbao Etxaburu", EVERY),
    Clerk("balmaseda", "harrera", "Koldo Ortiz Vega", DESK, "es"),
    Clerk("balmaseda", "tramiteak", "Rosa Cuesta Arroyo", (Role.HANDLER,), "es"),
    Clerk("balmaseda", "idazkaria", "Begoña Salazar Ruiz", HALL, "es"),
    Clerk("galdakao", "harrera", "Itziar Lekue Ibarra", DESK),
    Clerk("galdakao", "tramiteak", "Aitor Zarate Goiri", (Role.HANDLER,)),
    Clerk("galdakao", "idazkaria", "Maite Ugarte Zelaia", HALL),
    Clerk("abanto-zierbena", "harrera", "Pilar Merino Castro", DESK, "es"),
    Clerk("abanto-zierbena", "tramiteak", "Óscar Molina Díez", (Role.HANDLER,), "es"),
    Clerk("abanto-zierbena", "idazkaria", "Garbiñe Loizaga Murga", HALL),
    Clerk("arratia", "idazkaria", "Josu Atutxa Pujana", EVERY),
    Clerk("bizkaia", "operadorea", "Olatz Zabala Arana", (Role.OPERATOR,)),
)


@dataclass(frozen=True)
class Citizen:
    """`number`: DNI or NIE, proved unless `proved` is false; then it is only what she would type."""

    town: str
    mailbox: str
    given: str
    surname1: str
    surname2: str
    number: str
    born: date
    sex: Sex
    proved: bool = True
    nationality: str = "108"
    language: str = "eu"
    home: int = 0  # which dwelling of the demonstration; those who share one live together

    @property
    def email(self) -> str:
        return f"{self.mailbox}@herritar.example"

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given, self.surname1, self.surname2)))


CITIZENS = (
    Citizen("mundaka", "ane", "Ane", "Etxebarria", "Uriarte", "10000001S", date(1988, 4, 12), Sex.FEMALE),
    Citizen("mundaka", "jon", "Jon", "Aldana", "Goiri", "10000002Q", date(1979, 9, 3), Sex.MALE, False, home=1),
    Citizen("balmaseda", "iker", "Iker", "Vega", "Salazar", "10000003V", date(1992, 1, 25), Sex.MALE, language="es"),
    Citizen("balmaseda", "lucia", "Lucía", "Santos", "Peña", "10000004H", date(1985, 6, 8), Sex.FEMALE, False,
            language="es", home=1),
    Citizen("galdakao", "nerea", "Nerea", "Garay", "Bilbao", "10000005L", date(1983, 11, 30), Sex.FEMALE),
    Citizen("galdakao", "fatima", "Fatima", "Benali", "", "X1000001F", date(1990, 2, 17), Sex.FEMALE,
            nationality="228", language="es", home=1),
    Citizen("abanto-zierbena", "unai", "Unai", "Castro", "Molina", "10000006C", date(1995, 7, 21), Sex.MALE),
)  # fmt: skip


def loader(town: Municipality) -> Actor:
    """The demonstration itself acts."""
    return Actor(kind=ActorKind.SYSTEM, channel=Channel.TASK, name="BiscayTIK demo", municipality_id=town.pk)


class Accounts:
    """Makes what is missing; one password, hashed once, for everybody."""

    def __init__(self) -> None:
        self.password = make_password(PASSWORD)

    def clerk(self, clerk: Clerk) -> User:
        """Runs inside the town's door."""
        user = self._user(clerk.email, clerk.name, clerk.language, is_staff=True)
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            TOTP.activate(user, TOTP_SECRET)
        held = set(Membership.objects.filter(user=user).values_list("role", flat=True))
        Membership.objects.bulk_create(
            Membership(user=user, role=role, valid_from=date(2020, 1, 1)) for role in clerk.roles if role not in held
        )
        return user

    def citizen(self, citizen: Citizen) -> User:
        user = self._user(citizen.email, citizen.name, citizen.language)
        if user.person_id is None:
            user.person = self._person(citizen, user)
            user.save(update_fields=["person"])
        return user

    def _user(self, email: str, name: str, language: str, **more: Any) -> User:
        user, new = User.objects.get_or_create(
            email=email, defaults={"name": name, "language": language, "password": self.password, **more}
        )
        if new:
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    def _person(self, citizen: Citizen, user: User) -> Person:
        person = Person.objects.create(
            given_name=citizen.given, surname1=citizen.surname1, surname2=citizen.surname2,
            proved_at=timezone.now() if citizen.proved else None,
            proved_by=ProofMethod.DEMO if citizen.proved else "",
        )  # fmt: skip
        if citizen.proved:
            kind = IdentifierKind.NIE if citizen.number[0] in "XYZ" else IdentifierKind.NIF
            PersonIdentifier.objects.create(person=person, kind=kind, value=citizen.number)
            IdentityProof.objects.create(person=person, user=user, method=ProofMethod.DEMO)
        return person


def house(citizen: Citizen, town: Municipality) -> Resident:
    """Register a demo citizen in her town, unless she is already; runs inside the town's door."""
    resident = Resident.objects.filter(identifier=citizen.number).first()
    if resident:
        return resident
    dni = citizen.number[0].isdigit()
    return register_arrival(
        personal={
            "given_name": citizen.given,
            "surname1": citizen.surname1,
            "surname2": citizen.surname2,
            "sex": citizen.sex,
            "born_on": citizen.born,
            "birth_province": "48" if citizen.nationality == "108" else "66",
            "birth_place": "020" if citizen.nationality == "108" else citizen.nationality,
            "birth_place_name": "Bilbao" if citizen.nationality == "108" else "",
            "nationality": citizen.nationality,
            "identifier_type": IdentifierType.DNI if dni else IdentifierType.RESIDENCE_CARD,
            "identifier": citizen.number,
            "education": "43",
        },
        dwelling=_home(citizen, town),
        on=date(2015, 3, 2),
        origin="48020" if citizen.nationality == "108" else f"66{citizen.nationality}",
        actor=loader(town),
    )


def _home(citizen: Citizen, town: Municipality) -> Dwelling:
    """A dwelling of the demonstration's own: number 90 and up of the town's first street."""
    street = Street.objects.filter(municipality=town, kind="KALEA").order_by("code")[0]
    number = str(90 + citizen.home)
    known = Dwelling.objects.filter(street=street, number=number).first()
    return known or add_dwelling(street=street, number=number, floor="1", door="EZK", actor=loader(town))


def sign_in_lines(base_url: str) -> Iterator[str]:
    """What `load_demo --people` prints."""
    yield f"Everybody's password: {PASSWORD}"
    yield f"Clerks' second factor (TOTP secret): {TOTP_SECRET}"
    yield ""
    yield "Citizens"
    for citizen in CITIZENS:
        how = f"proved, {citizen.number}" if citizen.proved else "identity not proved yet"
        yield f"  {citizen.email:32} {citizen.name}, {citizen.town} ({how})"
    yield ""
    yield "Clerks"
    for clerk in CLERKS:
        site = base_url if clerk.town == "bizkaia" else f"{base_url}/{clerk.town}"
        roles = ", ".join(role.value for role in clerk.roles)
        yield f"  {clerk.email:36} {clerk.name}: {roles}"
        yield f"    {site}/{clerk.language}/admin/"
