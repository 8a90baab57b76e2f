"""The people of the tests. Two towns, because one town proves no wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor
from core.identity.constants import IdentifierKind, ProofMethod, Role
from core.identity.models import Membership, Person, PersonIdentifier, User
from core.municipalities.constants import Kind, Module
from core.municipalities.models import ModuleAdoption, Municipality, Theme, Unit
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns


@dataclass
class Cast:
    mundaka: Municipality
    balmaseda: Municipality
    county: Municipality
    ane: User  # a citizen of Mundaka whose identity is proved
    jon: User  # her neighbour: an account, nothing proved
    miren: User  # clerk of Mundaka, with every role
    koldo: User  # clerk of Balmaseda, with every role
    olatz: User  # operator of the province

    def citizen(self, user: User, town: Municipality | None = None, level: Level = Level.CERTIFICATE) -> Actor:
        return Actor(
            kind=ActorKind.CITIZEN,
            channel=Channel.WEB,
            name=str(user),
            user_id=user.pk,
            person_id=user.person_id,
            municipality_id=(town or self.mundaka).pk,
            level=level,
            proved=bool(user.person and user.person.is_proved),
        )

    def clerk(self, user: User | None = None, town: Municipality | None = None) -> Actor:
        user = user or self.miren
        town = town or (self.balmaseda if user == self.koldo else self.mundaka)
        return Actor(
            kind=ActorKind.CLERK,
            channel=Channel.ADMIN,
            name=str(user),
            user_id=user.pk,
            person_id=user.person_id,
            municipality_id=town.pk,
            roles=frozenset(Role.values) - {Role.OPERATOR},
            level=Level.ACCOUNT,
        )


def make_town(slug: str, code: str, name: str, ine: str | None, **more: object) -> Municipality:
    town = Municipality.objects.create(
        slug=slug,
        code=code,
        ine_code=ine,
        dir3=f"L01{ine}1" if ine else "L02000048",
        name_official=name,
        name_eu=name,
        name_es=name,
        name_eu_ko=f"{name}ko",
        name_eu_n=f"{name}n",
        name_eu_ra=f"{name}ra",
        name_eu_tik=f"{name}tik",
        hall_eu=f"{name}ko Udala",
        hall_es=f"Ayuntamiento de {name}",
        sort_key=slug,
        **more,
    )
    with acting_for(town.pk):
        Theme.objects.create()
        ModuleAdoption.objects.bulk_create(
            ModuleAdoption(municipality=town, module=module, since=date(2020, 1, 1)) for module in Module
        )
        Unit.objects.bulk_create(
            [
                Unit(
                    code="secretariat",
                    name_eu="Idazkaritza",
                    name_es="Secretaría",
                    name_en="Secretariat",
                    is_default=True,
                ),
                Unit(code="urban", name_eu="Hirigintza", name_es="Urbanismo", name_en="Planning", handles="urban,URB"),
            ]
        )
    return town


def make_person(given: str, surname1: str, surname2: str, nif: str = "", *, proved: bool = False) -> Person:
    person = Person.objects.create(
        given_name=given,
        surname1=surname1,
        surname2=surname2,
        proved_at=timezone.now() if proved else None,
        proved_by=ProofMethod.CERTIFICATE if proved else "",
    )
    if nif:
        PersonIdentifier.objects.create(person=person, kind=IdentifierKind.NIF, value=nif)
    return person


def make_clerk(email: str, name: str, town: Municipality, roles: Sequence[Role]) -> User:
    user = User.objects.create_user(email, "pw", name=name, is_staff=True)
    with acting_for(town.pk):
        since = timezone.localdate() - timedelta(days=30)
        Membership.objects.bulk_create(Membership(user=user, role=role, valid_from=since) for role in roles)
    return user


def build() -> Cast:
    every = [role for role in Role if role != Role.OPERATOR]
    mundaka = make_town("mundaka", "MUN", "Mundaka", "48064")
    balmaseda = make_town("balmaseda", "BAL", "Balmaseda", "48090")
    county = make_town("bizkaia", "BIZ", "Bizkaia", None, kind=Kind.COUNTY)
    ane_person = make_person("Ane", "Etxebarria", "Uriarte", "12345678Z", proved=True)
    jon_person = make_person("Jon", "Aldana", "Goiri")
    cast = Cast(
        mundaka=mundaka,
        balmaseda=balmaseda,
        county=county,
        ane=User.objects.create_user("ane@example.eus", "pw", name=str(ane_person), person=ane_person),
        jon=User.objects.create_user("jon@example.eus", "pw", name=str(jon_person), person=jon_person),
        miren=make_clerk("miren@mundaka.example", "Miren Bilbao", mundaka, every),
        koldo=make_clerk("koldo@balmaseda.example", "Koldo Ortiz", balmaseda, every),
        olatz=make_clerk("olatz@bizkaia.example", "Olatz Zabala", county, [Role.OPERATOR]),
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in (cast.ane, cast.jon, cast.miren, cast.koldo, cast.olatz)
    )
    forget_towns()
    return cast
