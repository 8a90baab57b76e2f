"""A power that ends: its files are the represented's own again, and nobody else's file changes."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.utils import timezone

from case_files.models import CaseEvent, CaseFile, CaseParty, CaseTask
from case_files.rights import get_case_file_for
from case_files.services import message_from_citizen, persons, withdraw
from case_files.services.engine import recipients
from core.audit.constants import Level
from core.audit.models import AuditRow
from core.identity.constants import IdentifierKind, PersonKind
from core.identity.models import PersonIdentifier
from core.identity.services import add_identifier
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from core.notifications.services import lapse_due, notify, notifying, open_notification
from core.payments.services import charge, my_charges
from core.representation import services
from core.representation.constants import Scope
from core.representation.models import Power
from core.representation.services import Grantor
from procedures.services import parties
from tests.cast import Cast
from tests.representation.test_filing import at_whom
from tests.representation.test_powers import AMAIA, amaia, ane_grants

pytestmark = pytest.mark.django_db
__all__ = ["amaia"]
Browser = Callable[..., Client]
End = Callable[[Cast, Power, Any], Any]


def in_force(cast: Cast, agent: Any, **changes: Any) -> Power:
    return services.accept(ane_grants(cast, **changes), actor=cast.citizen(agent))


def general(cast: Cast, agent: Any, town: int) -> Power:
    """Granted in this town, good in every one."""
    person = cast.ane.person
    assert person
    with acting_for(town):
        power = services.grant(
            grantor=Grantor(person, str(person), "12345678Z"),
            agent_name="Amaia Bilbao",
            agent_identifier=AMAIA,
            valid_to=timezone.localdate() + timedelta(days=9),
            scope=Scope.GENERAL,
            actor=cast.citizen(cast.ane),
        )
    return services.accept(power, actor=cast.citizen(agent))


def legal(cast: Cast, file: CaseFile, person: Any) -> Notification:
    return notify(
        person=person,
        email="",
        language="es",
        subject_eu="x",
        subject_es="x",
        reference=file.reference,
        legal=True,
        actor=cast.clerk(),
    )


def filed(browser: Browser, agent: Any, power: Power, **you: str) -> Client:
    """Amaia files with the power; her browser."""
    walk = at_whom(browser(agent, level=Level.CERTIFICATE), **you)
    walk.post("represented", {"represented_power": power.number})
    walk.answer().send()
    return walk.client


def the_file(cast: Cast) -> CaseFile:
    with acting_for(cast.mundaka.pk):
        return CaseFile.objects.order_by("pk").last()  # type: ignore[return-value]


def told(case_file: CaseFile) -> list[tuple[str, str]]:
    with acting_for(case_file.municipality_id or 0):
        return [(one.name, one.capacity) for one in recipients(CaseFile.objects.get(pk=case_file.pk))]


def revoked(cast: Cast, power: Power, agent: Any) -> None:
    services.revoke(power, actor=cast.citizen(cast.ane))


def renounced(cast: Cast, power: Power, agent: Any) -> None:
    services.renounce(power, actor=cast.citizen(agent))


def expired(cast: Cast, power: Power, agent: Any) -> None:
    """Its last day was yesterday; the night has been here, twice."""
    gone = timezone.localdate() - timedelta(days=1)
    with acting_for(cast.mundaka.pk):
        Power.objects.filter(pk=power.pk).update(valid_from=gone - timedelta(days=9), valid_to=gone)
        CaseParty.objects.filter(power=power.number).update(valid_to=gone)
    assert services.expire_due(cast.mundaka.pk, timezone.localdate()) == 1
    assert services.expire_due(cast.mundaka.pk, timezone.localdate()) == 0


def at_the_desk(cast: Cast, power: Power, agent: Any) -> None:
    with acting_for(cast.mundaka.pk):
        services.revoke_at_desk(power, why="Anek eskatuta", actor=cast.clerk())


@pytest.mark.parametrize("end", [revoked, renounced, expired, at_the_desk])
def test_who_acted_by_it_reads_acts_and_is_told_no_more(
    online: Cast, amaia: Any, browser: Browser, clerk_client: Client, end: End
) -> None:
    power = in_force(online, amaia)
    client = filed(browser, amaia, power)
    file, actor = the_file(online), online.citizen(amaia)
    folder = f"/mundaka/es/folder/files/mundaka/{file.reference}/"
    assert (client.get(folder).status_code, told(file)) == (200, [("Amaia Bilbao Agirre", "representative")])
    end(online, power, amaia)
    assert client.get(folder).status_code == 404
    with reading_own(amaia.person_id):
        assert not CaseFile.objects.exists()
    assert told(file) == [("Ane Etxebarria Uriarte", "applicant")]
    with acting_for(online.mundaka.pk):
        with pytest.raises(Http404):
            get_case_file_for(actor, file.reference)
        for verb in (withdraw, message_from_citizen):
            with pytest.raises(DomainError) as refused:
                verb(case_file=file, key="k", actor=actor, **({"text": "x"} if verb is message_from_citizen else {}))
            assert refused.value.code == "power_ended"
        assert get_case_file_for(online.citizen(online.ane), file.reference) == file
        (line,) = CaseEvent.objects.filter(case_file=file, code="power_ended")
        assert line.public and line.params["name"] == "Amaia Bilbao Agirre"
        assert AuditRow.objects.filter(action="case_files.power_ended", object_ref=file.reference).count() == 1
        words = CaseTask.objects.get(case_file=file, state="open").said
        assert all(power.number in words[language] for language in ("eu", "es", "en")) and len({*words.values()}) == 3
    with reading_own(online.ane.person_id or 0):
        assert Notification.objects.filter(subject_es=f"{file.reference}: sigue sin representante").count() == 1
    page = clerk_client.get(f"/mundaka/en/admin/case-files/{file.reference}/").content.decode()
    assert f"The power {power.number} has ended" in page and "In the register of powers" not in page


def test_the_last_day_of_the_power_is_the_representatives_last_one(online: Cast, amaia: Any, browser: Browser) -> None:
    power = in_force(online, amaia, valid_to=timezone.localdate())
    filed(browser, amaia, power)
    file = the_file(online)
    with acting_for(online.mundaka.pk):
        assert CaseParty.objects.get(power=power.number).valid_to == timezone.localdate()
    assert services.expire_due(online.mundaka.pk, timezone.localdate()) == 0
    assert told(file) == [("Amaia Bilbao Agirre", "representative")]
    with acting_for(online.mundaka.pk):
        CaseParty.objects.filter(power=power.number).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert told(file) == [("Ane Etxebarria Uriarte", "applicant")], "before anybody has noted it"


def test_the_files_of_another_representative_stay_as_they_were(online: Cast, amaia: Any, browser: Browser) -> None:
    first, second = in_force(online, amaia), in_force(online, amaia)
    filed(browser, amaia, first)
    one = the_file(online)
    walk = at_whom(browser(amaia, level=Level.CERTIFICATE), "URB-001")
    walk.post("represented", {"represented_power": second.number})
    walk.answer().send()
    other = the_file(online)
    assert one != other
    revoked(online, first, amaia)
    assert told(one) == [("Ane Etxebarria Uriarte", "applicant")]
    assert told(other) == [("Amaia Bilbao Agirre", "representative")]
    with acting_for(online.mundaka.pk):
        assert CaseParty.objects.get(power=second.number).valid_to == second.valid_to
        assert not CaseEvent.objects.filter(case_file=other, code="power_ended").exists()


def test_a_notification_that_waits_keeps_its_last_day_and_is_the_represented_s_to_open(
    online: Cast, amaia: Any, browser: Browser
) -> None:
    power = in_force(online, amaia)
    filed(browser, amaia, power)
    file = the_file(online)
    with acting_for(online.mundaka.pk):
        waiting, opened = (
            notify(
                person=amaia.person,
                email="amaia@example.eus",
                language="es",
                subject_eu=subject,
                subject_es=subject,
                reference=file.reference,
                legal=True,
                actor=online.clerk(),
            )
            for subject in ("waiting", "opened")
        )
        owed = charge(
            key="fee",
            amount_cents=100,
            concept={"eu": "Tasa", "es": "Tasa"},
            person_id=amaia.person_id,
            case_reference=file.reference,
            actor=online.clerk(),
        )
        began = Notification.objects.get(pk=waiting.pk).available_at
    open_notification(notification=opened, actor=online.citizen(amaia))
    revoked(online, power, amaia)
    with acting_for(online.mundaka.pk):
        last = Notification.objects.get(pk=waiting.pk)
        assert Notification.objects.get(pk=opened.pk).person_id == amaia.person_id
        assert (last.state, last.person_id) == (NotificationState.AVAILABLE, online.ane.person_id)
        assert (last.lapses_on, last.available_at) == (timezone.localdate() + timedelta(days=10), began)
        assert last.evidence["handed_over"]["from"] == amaia.person_id
        assert AuditRow.objects.filter(action="notifications.handed_over").count() == 1
    with pytest.raises(Http404):
        open_notification(notification=waiting, actor=online.citizen(amaia))
    assert open_notification(notification=waiting, actor=online.citizen(online.ane)).state == NotificationState.ACCESSED
    for person, theirs in ((online.ane.person_id, [owed]), (amaia.person_id, [])):
        with reading_own(person or 0):
            assert my_charges() == theirs


def test_where_nobody_has_proved_who_is_represented_it_goes_to_the_post_too(
    online: Cast, amaia: Any, browser: Browser
) -> None:
    person = online.ane.person
    assert person
    company = Grantor(person, "Arotz SL", "B95000006", PersonKind.LEGAL)
    power = in_force(online, amaia, grantor=company, basis="company")
    filed(browser, amaia, power, you_as="company")
    file = the_file(online)
    with acting_for(online.mundaka.pk):
        legal(online, file, amaia.person)
    revoked(online, power, amaia)
    assert told(file) == [("Arotz SL", "applicant")]
    with acting_for(online.mundaka.pk):
        rows = Notification.objects.filter(reference=file.reference, legal=True).order_by("pk")
        assert [(one.person_id, one.channel) for one in rows] == [(amaia.person_id, "electronic"), (None, "paper")]
        assert rows[0].lapses_on == timezone.localdate() + timedelta(days=10)
        words = CaseTask.objects.get(case_file=file, state="open").said
        assert "Arotz SL" in words["es"] and "helbide" in words["eu"] and "dirección" in words["es"]
    with reading_own(person.pk):  # who granted it for the company
        assert Notification.objects.filter(subject_es__endswith="sigue sin representante").count() == 1


def test_a_child_s_parent_leaves_the_file_too(online: Cast, amaia: Any, browser: Browser) -> None:
    person = online.ane.person
    assert person
    power = in_force(online, amaia, grantor=Grantor(person, "Haizea Aldana"), basis="parent")
    filed(browser, amaia, power)
    at_the_desk(online, power, amaia)
    assert told(the_file(online)) == [("Haizea Aldana", "applicant")]


@pytest.mark.parametrize(("scope", "procedures"), [(Scope.PROCEDURES, ["REG"]), (Scope.TOWN, []), (Scope.GENERAL, [])])
def test_whatever_it_was_for_every_file_of_it_ends_with_it(
    online: Cast, amaia: Any, browser: Browser, scope: Scope, procedures: list[str]
) -> None:
    power = in_force(online, amaia, scope=scope, procedures=procedures)
    filed(browser, amaia, power)
    revoked(online, power, amaia)
    assert told(the_file(online)) == [("Ane Etxebarria Uriarte", "applicant")]


def test_a_general_power_of_another_town_ends_here_too(online: Cast, amaia: Any, browser: Browser) -> None:
    power = general(online, amaia, online.balmaseda.pk)
    filed(browser, amaia, power)
    revoked(online, power, amaia)
    assert told(the_file(online)) == [("Ane Etxebarria Uriarte", "applicant")]


@pytest.mark.parametrize("kind", [IdentifierKind.PASSPORT, IdentifierKind.NIE])
def test_also_where_her_files_name_another_number_of_hers_than_the_power(
    online: Cast, amaia: Any, browser: Browser, kind: IdentifierKind
) -> None:
    other = "XY12345" if kind == IdentifierKind.PASSPORT else "X1234567L"
    PersonIdentifier.objects.filter(person=amaia.person).update(kind=kind, value=other)
    PersonIdentifier.objects.create(person=amaia.person, kind=IdentifierKind.NIF, value=AMAIA)
    power = in_force(online, amaia)
    filed(browser, amaia, power)
    with acting_for(online.mundaka.pk):
        assert CaseParty.objects.get(power=power.number).identifier == other
    revoked(online, power, amaia)
    assert told(the_file(online)) == [("Ane Etxebarria Uriarte", "applicant")]


@pytest.mark.parametrize("at_home", [True, False])
def test_also_where_she_has_got_another_number_since(online: Cast, amaia: Any, browser: Browser, at_home: bool) -> None:
    where = online.mundaka if at_home else online.balmaseda
    power = general(online, amaia, where.pk)
    filed(browser, amaia, power)
    with acting_for(online.mundaka.pk):
        add_identifier(amaia.person, kind=IdentifierKind.NIF, value="11111111H", document="DNI", actor=online.clerk())
    revoked(online, power, amaia)
    assert told(the_file(online)) == [("Ane Etxebarria Uriarte", "applicant")]


def test_what_is_owed_in_a_file_that_has_ended_is_the_represented_s_too(
    online: Cast, amaia: Any, browser: Browser
) -> None:
    power = in_force(online, amaia)
    filed(browser, amaia, power)
    file = the_file(online)
    with acting_for(online.mundaka.pk):
        owed = charge(
            key="fee",
            amount_cents=100,
            concept={"eu": "Tasa", "es": "Tasa"},
            person_id=amaia.person_id,
            case_reference=file.reference,
            actor=online.clerk(),
        )
        CaseFile.objects.filter(pk=file.pk).update(state="closed", closed_at=timezone.now(), outcome="granted")
    revoked(online, power, amaia)
    for person, theirs in ((online.ane.person_id, [owed]), (amaia.person_id, [])):
        with reading_own(person or 0):
            assert my_charges() == theirs
    with acting_for(online.mundaka.pk):
        assert not CaseEvent.objects.filter(case_file=file, code="power_ended").exists()


@pytest.mark.django_db(transaction=True)
def test_it_ends_in_many_files_while_the_night_lets_their_notifications_lapse(
    online: Cast, amaia: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    power = in_force(online, amaia)
    files = []
    for _each in range(2):
        filed(browser, amaia, power)
        files.append(the_file(online))
    assert files[0] != files[1]
    with acting_for(online.mundaka.pk):
        for file, user in zip(files, (online.jon, amaia), strict=True):
            legal(online, file, user.person)
        Notification.objects.filter(legal=True).update(lapses_on=timezone.localdate() - timedelta(days=1))
    leaving, lapsing = threading.Event(), threading.Event()
    leave, lapse = persons._leave, notifying._lapse

    def leave_and_wait(party: Any, *more: Any) -> None:
        leave(party, *more)
        leaving.set()
        lapsing.wait(2)

    def lapse_after(notification: Notification) -> None:
        lapsing.set()
        lapse(notification)

    def night() -> int:
        leaving.wait(5)
        try:
            with acting_for(online.mundaka.pk):
                return lapse_due(timezone.localdate())
        finally:
            connection.close()

    monkeypatch.setattr(persons, "_leave", leave_and_wait)
    monkeypatch.setattr(notifying, "_lapse", lapse_after)
    with ThreadPoolExecutor(1) as pool:
        lapsed = pool.submit(night)
        revoked(online, power, amaia)
        assert lapsed.result() == 0, "they were held, all of them: the next night finds them"
    assert [told(file) for file in files] == [[("Ane Etxebarria Uriarte", "applicant")]] * 2


@pytest.mark.django_db(transaction=True)
def test_what_is_filed_while_a_general_power_of_another_town_is_taken_back_ends_with_it(
    online: Cast, amaia: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    power = general(online, amaia, online.balmaseda.pk)
    looked, hold = threading.Event(), parties.hold_in_force

    def hold_and_wait(one: Power) -> bool:
        held = hold(one)
        looked.set()
        time.sleep(1)  # whoever revokes it waits meanwhile, or ends it too early
        return held

    def revoke() -> None:
        looked.wait(5)
        try:
            revoked(online, power, amaia)
        finally:
            connection.close()

    monkeypatch.setattr(parties, "hold_in_force", hold_and_wait)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(revoke)
        filed(browser, amaia, power)
        done.result()
    assert told(the_file(online)) == [("Ane Etxebarria Uriarte", "applicant")]
