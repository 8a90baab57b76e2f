"""Who may act for whom: granted, accepted, taken back, and seen by nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.utils import timezone, translation

from core.audit.constants import Level
from core.audit.models import AuditRow
from core.audit.services import Actor
from core.identity.constants import PersonKind
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from core.notifications.models import Notification
from core.representation import services
from core.representation.constants import Basis, PowerState, Scope
from core.representation.models import Power
from core.representation.rights import get_power_for
from core.representation.services import Grantor
from core.representation.services.granting import check_days
from tests import cast as people
from tests.cast import Cast
from tests.clients import sign_in

pytestmark = pytest.mark.django_db
AMAIA = "87654321X"


@pytest.fixture
def amaia(cast: Cast) -> people.User:
    """Ane's representative: an account whose identity is proved."""
    person = people.make_person("Amaia", "Bilbao", "Agirre", AMAIA, proved=True)
    return people.User.objects.create_user("amaia@example.eus", "pw", name="Amaia Bilbao Agirre", person=person)


def ane_grants(cast: Cast, **changes: object) -> Power:
    person = cast.ane.person
    assert person
    told = {
        "grantor": Grantor(person, str(person), "12345678Z"),
        "agent_name": "Amaia Bilbao",
        "agent_identifier": AMAIA,
        "valid_to": timezone.localdate() + timedelta(days=365),
        "actor": cast.citizen(cast.ane),
    }
    with acting_for(cast.mundaka.pk):
        return services.grant(**{**told, **changes})  # type: ignore[arg-type]


def test_a_power_is_in_force_once_the_other_has_accepted_it(cast: Cast, amaia: people.User) -> None:
    power, agent = ane_grants(cast), cast.citizen(amaia)
    assert power.state == PowerState.PROPOSED
    assert services.powers_for(agent, "REG-001", town_id=cast.mundaka.pk) == []
    services.accept(power, actor=agent)
    assert services.powers_for(agent, "REG-001", town_id=cast.mundaka.pk) == [power]
    with reading_own(amaia.person_id or 0):
        assert Notification.objects.filter(subject_es__startswith="Te han nombrado").count() == 1
    with reading_own(cast.ane.person_id or 0):
        assert Notification.objects.get().body_es == "Amaia Bilbao ha aceptado el poder."
        done = set(AuditRow.objects.values_list("action", flat=True))
    assert {"representation.granted", "representation.accepted"} <= done


def test_what_she_took_back_is_worth_nothing_and_the_other_is_told(cast: Cast, amaia: people.User) -> None:
    power = services.accept(ane_grants(cast), actor=cast.citizen(amaia))
    assert services.revoke(power, actor=cast.citizen(cast.ane)).ended_at
    assert services.powers_for(cast.citizen(amaia), "REG-001", town_id=cast.mundaka.pk) == []
    with reading_own(amaia.person_id or 0):
        assert Notification.objects.filter(subject_es__endswith="se ha revocado").exists()
    with pytest.raises(DomainError):
        services.accept(power, actor=cast.citizen(amaia))


def test_the_representative_may_refuse_or_give_it_up(cast: Cast, amaia: people.User) -> None:
    agent = cast.citizen(amaia)
    assert services.refuse(ane_grants(cast), actor=agent).state == PowerState.REFUSED
    accepted = services.accept(ane_grants(cast), actor=agent)
    assert services.renounce(accepted, actor=agent).state == PowerState.RENOUNCED


def test_nobody_else_answers_reads_or_revokes_it(cast: Cast, amaia: people.User) -> None:
    power = ane_grants(cast)
    for stranger in (cast.jon, cast.miren):
        with pytest.raises(Http404):
            get_power_for(cast.citizen(stranger), power.number)
    with pytest.raises(DomainError):
        services.accept(power, actor=cast.citizen(cast.ane))
    with pytest.raises(DomainError):
        services.revoke(power, actor=cast.citizen(amaia))
    with acting_for(cast.balmaseda.pk):
        assert not Power.objects.exists()
    with pytest.raises(DomainError):
        services.accept(power, actor=cast.citizen(amaia, level=Level.ACCOUNT))


def test_a_representative_not_known_yet_finds_it_when_she_proves_who_she_is(cast: Cast) -> None:
    power = ane_grants(cast)
    person = people.make_person("Amaia", "Bilbao", "", AMAIA, proved=True)
    assert services.powers_of(person.pk).received == [power]
    assert services.powers_of(cast.ane.person_id or 0).granted == [power]


@pytest.mark.parametrize(
    ("scope", "procedures", "code", "here", "elsewhere"),
    [
        (Scope.GENERAL, [], "REG-001", True, True),
        (Scope.TOWN, [], "REG-001", True, False),
        (Scope.PROCEDURES, ["URB"], "URB-002", True, False),
        (Scope.PROCEDURES, ["URB-001"], "URB-002", False, False),
    ],
)
def test_a_power_is_good_for_what_it_says(
    cast: Cast, amaia: people.User, scope: Scope, procedures: list[str], code: str, here: bool, elsewhere: bool
) -> None:
    services.accept(ane_grants(cast, scope=scope, procedures=procedures), actor=cast.citizen(amaia))
    assert bool(services.powers_for(cast.citizen(amaia), code, town_id=cast.mundaka.pk)) == here
    assert bool(services.powers_for(cast.citizen(amaia), code, town_id=cast.balmaseda.pk)) == elsewhere


def test_an_expired_one_is_worth_nothing_and_says_so(cast: Cast, amaia: people.User) -> None:
    power = services.accept(ane_grants(cast), actor=cast.citizen(amaia))
    yesterday = timezone.localdate() - timedelta(days=1)
    with acting_for(cast.mundaka.pk):
        Power.objects.filter(pk=power.pk).update(valid_from=yesterday - timedelta(days=9), valid_to=yesterday)
    assert services.powers_for(cast.citizen(amaia), "REG-001", town_id=cast.mundaka.pk) == []
    assert services.powers_of(amaia.person_id or 0).received[0].is_expired


def test_a_power_lasts_five_years_at_most() -> None:
    begins = timezone.localdate()
    check_days(begins, begins.replace(year=begins.year + 5) if (begins.month, begins.day) != (2, 29) else begins)
    for ends in (begins - timedelta(days=1), date(begins.year + 5, 12, 31) + timedelta(days=366)):
        with pytest.raises(DomainError):
            check_days(begins, ends)


def test_it_takes_a_certificate_and_another_s_right_number(cast: Cast) -> None:
    wrong = (
        {"actor": cast.citizen(cast.ane, level=Level.ACCOUNT)},
        {"actor": cast.citizen(cast.jon)},
        {"agent_identifier": "12345678Z"},
        {"agent_identifier": "87654321A"},
        {"scope": Scope.PROCEDURES},
    )
    for changes in wrong:
        with pytest.raises(DomainError):
            ane_grants(cast, **changes)


def test_a_company_s_certificate_speaks_for_the_company(cast: Cast) -> None:
    actor = replace(cast.citizen(cast.ane), evidence={"represents": {"nif": "B95000006", "name": "Arotz SL"}})
    company = services.by_certificate(actor)
    assert company and (company.nif, company.name) == ("B95000006", "Arotz SL")
    assert services.by_certificate(cast.citizen(cast.ane)) is None


def test_the_pages_of_the_account(cast: Cast, amaia: people.User, browser: Callable[..., Client]) -> None:
    power = ane_grants(cast)
    page = browser(amaia, level=Level.CERTIFICATE)
    assert power.number in page.get("/mundaka/eu/account/powers/").content.decode()
    address = f"/balmaseda/es/account/powers/{power.number}/"  # from any town
    assert "Aceptar" in page.get(address).content.decode()
    page.post(address, {"verb": "accept"})
    with acting_for(cast.mundaka.pk):
        assert Power.objects.get().state == PowerState.ACCEPTED
    assert browser(cast.jon, level=Level.CERTIFICATE).get(address).status_code == 404
    browser(cast.ane, level=Level.CERTIFICATE).post(address, {"verb": "revoke"})
    with acting_for(cast.mundaka.pk):
        assert Power.objects.get().state == PowerState.REVOKED
    low = browser(cast.jon).get("/mundaka/en/account/powers/").content.decode()
    assert "Prove your identity to see your powers." in low


DESK = {
    "basis": "power", "number": "12345678Z", "given_name": "Ane", "surname1": "Etxebarria", "surname2": "Uriarte",
    "agent_name": "Amaia Bilbao", "agent_identifier": AMAIA, "scope": "general", "valid_to": "2028-01-31",
}  # fmt: skip


NOBODY = {"agent_name": "", "agent_identifier": ""}


def test_a_clerk_registers_what_is_granted_before_her(cast: Cast, clerk_client: Client, amaia: people.User) -> None:
    address = "/mundaka/en/admin/powers/new/"
    assert clerk_client.post(address, {**DESK, "is_here": "on"}).status_code == 302
    with acting_for(cast.mundaka.pk):
        power = Power.objects.get()
    assert (power.state, power.evidence, power.granted_by_id) == ("accepted", "desk", cast.ane.person_id)
    assert power in services.powers_for(cast.citizen(amaia), "REG-001", town_id=cast.balmaseda.pk)


def test_a_parent_acts_for_a_child_whose_family_book_the_clerk_saw(cast: Cast, clerk_client: Client) -> None:
    address = "/mundaka/en/admin/powers/new/"
    child = {
        **DESK,
        "basis": "parent",
        "for_name": "Haizea Aldana Etxebarria",
        "agent_name": "",
        "agent_identifier": "",
    }
    refused = clerk_client.post(address, child)
    assert "It is needed for a child, a company or an association." in refused.content.decode()
    proof = SimpleUploadedFile("liburua.pdf", b"%PDF-1.7\n%%EOF\n")
    answer = clerk_client.post(address, {**child, "proof": proof})
    assert answer.status_code == 302
    with translation.override("en"):
        (power,) = services.powers_of(cast.ane.person_id or 0).received
    assert (power.basis, power.evidence, power.grantor_kind) == (Basis.PARENT, "document", PersonKind.NATURAL)
    assert power.proof_id and power.is_in_force()


def arotz_grants(cast: Cast) -> Power:
    """Ane granted it in the name of a company that somebody else speaks for since."""
    person = cast.ane.person
    assert person
    return ane_grants(cast, grantor=Grantor(person, "Arotz SL", "B95000006", PersonKind.LEGAL), basis=Basis.COMPANY)


def speaking(cast: Cast, user: people.User, nif: str = "B95000006") -> Actor:
    evidence = {"represents": {"nif": nif, "name": "Arotz SL"}}
    return replace(cast.citizen(user), evidence=evidence)


def test_whoever_s_certificate_speaks_for_the_company_sees_and_revokes_its_powers(
    cast: Cast, amaia: people.User
) -> None:
    power = arotz_grants(cast)
    boss = people.make_person("Mikel", "Otsoa", "", "00000023T", proved=True)
    mikel = people.User.objects.create_user("mikel@example.eus", "pw", name="Mikel", person=boss)
    for other in (cast.citizen(mikel), speaking(cast, mikel, "A48000000")):
        assert services.powers_of_company(other) == []
        with pytest.raises(Http404):
            get_power_for(other, power.number)
        with pytest.raises(DomainError):
            services.revoke(power, actor=other)
    assert services.powers_of_company(speaking(cast, mikel)) == [power]
    found = get_power_for(speaking(cast, mikel), power.number)
    assert services.revoke(found, actor=speaking(cast, mikel)).state == PowerState.REVOKED
    with reading_own(cast.ane.person_id or 0):
        assert Notification.objects.filter(body_es__startswith="Amaia Bilbao ya no puede").exists()
    with reading_own(amaia.person_id or 0):
        assert Notification.objects.filter(body_es__contains="Arotz SL").exists()


def test_a_company_s_certificate_revokes_no_power_of_a_person(cast: Cast, amaia: people.User) -> None:
    with pytest.raises(DomainError):
        services.revoke(ane_grants(cast), actor=speaking(cast, amaia, "12345678Z"))


def test_a_clerk_revokes_at_the_desk_with_reason_and_proof(cast: Cast, clerk_client: Client) -> None:
    power = arotz_grants(cast)
    address = f"/mundaka/en/admin/powers/revoke/?number={power.number.lower()}"
    assert "Arotz SL" in clerk_client.get(address).content.decode()
    assert "Attach what proves" in clerk_client.post(address, {"why": "Mikel Otsoa"}).content.decode()
    assert clerk_client.post(address, {"why": ""}).status_code == 200
    deed = SimpleUploadedFile("deed.pdf", b"%PDF-1.7\n%%EOF")
    assert clerk_client.post(address, {"why": "Mikel Otsoa", "proof": deed}).status_code == 302
    with acting_for(cast.mundaka.pk):
        power = Power.objects.select_related("ended_proof").get()
        assert (power.state, power.ended_why) == ("revoked", "Mikel Otsoa") and power.ended_proof
        assert AuditRow.objects.get(action="representation.revoked").reason == "Mikel Otsoa"
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    other = koldo.get(f"/balmaseda/en/admin/powers/revoke/?number={power.number}").content.decode()
    assert "Arotz SL" not in other and "registered no power with this number" in other
