"""A discreet file is seen by those who work on it, and whoever a paper speaks of sees who read it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from case_files.models import CaseDocument, CaseFile, CaseParty
from case_files.querysets import open_tasks
from case_files.rights import get_case_file_for, get_task_for, readable_by
from case_files.services import assign, find_case_files
from core.audit.models import AuditRow
from core.audit.services import Actor, readings_about
from core.documents.constants import DocumentKind
from core.documents.rights import get_document_for
from core.documents.services import new_upload, save_all, store
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.municipalities.models import Unit
from core.municipalities.scope import acting_for
from tests.cast import Cast, make_clerk

from .files import open_task, opened


@pytest.fixture
def secret(in_mundaka: Cast) -> CaseFile:
    """A discreet file that the planning unit handles."""
    return opened(in_mundaka, discreet=True)


def clerk(cast: Cast, *roles: Role, unit: str = "", user: User | None = None) -> Actor:
    units = frozenset(Unit.objects.filter(municipality=cast.mundaka, code=unit).values_list("pk", flat=True))
    return replace(cast.clerk(user), roles=frozenset(roles), units=units)


def sees(actor: Actor, case_file: CaseFile) -> bool:
    """By its reference, by its task, in the inbox, by a name: all four, or none of them."""
    task = open_task(case_file)
    ways = [
        open_tasks(actor).filter(pk=task.pk).exists(),
        find_case_files("etxebarria", actor=actor).filter(pk=case_file.pk).exists(),
        CaseFile.objects.filter(readable_by(actor), pk=case_file.pk).exists(),
    ]
    for fetch in (
        lambda: get_case_file_for(actor, case_file.reference),
        lambda: get_task_for(actor, task.pk),
    ):
        try:
            fetch()
        except Http404:
            ways.append(False)
        else:
            ways.append(True)
    assert len(set(ways)) == 1, ways
    return ways[0]


def test_the_unit_that_handles_it_opens_a_discreet_file_and_another_unit_does_not(
    in_mundaka: Cast, secret: CaseFile
) -> None:
    assert sees(clerk(in_mundaka, Role.HANDLER, unit="urban"), secret)
    assert not sees(clerk(in_mundaka, Role.HANDLER, Role.SIGNATORY, unit="secretariat"), secret)
    assert sees(clerk(in_mundaka, Role.HANDLER, unit="secretariat"), opened(in_mundaka))


def test_a_clerk_of_no_unit_needs_a_role_that_handles(in_mundaka: Cast, secret: CaseFile) -> None:
    assert sees(clerk(in_mundaka, Role.HANDLER), secret)
    assert sees(clerk(in_mundaka, Role.SIGNATORY), secret)
    assert not sees(clerk(in_mundaka, Role.REGISTRAR, Role.TOWN_ADMINISTRATOR, Role.CENSUS_OFFICER), secret)


def test_whoever_has_a_task_in_it_opens_it_and_so_does_who_stands_in_for_her(
    in_mundaka: Cast, secret: CaseFile
) -> None:
    itziar = make_clerk("itziar@mundaka.example", "Itziar Lasa", in_mundaka.mundaka, [Role.HANDLER])
    other = clerk(in_mundaka, Role.HANDLER, unit="secretariat", user=itziar)
    assert not sees(other, secret)
    assign(task=open_task(secret), to=itziar, actor=in_mundaka.clerk())
    assert sees(other, secret)
    today = timezone.localdate()
    jon = clerk(in_mundaka, Role.REGISTRAR, user=in_mundaka.jon)
    assert not sees(jon, secret)
    Membership.objects.create(
        user=in_mundaka.jon, role=Role.REGISTRAR, substitutes=itziar, valid_to=today + timedelta(7)
    )
    assert sees(jon, secret)


def test_the_pages_of_a_discreet_file_are_not_there_for_others(
    cast: Cast, clerk_client: Client, browser: Callable[..., Client]
) -> None:
    with acting_for(cast.mundaka.pk):
        secret = opened(cast, discreet=True)
        itziar = make_clerk("itziar@mundaka.example", "Itziar Lasa", cast.mundaka, [Role.REGISTRAR])
    address = f"/mundaka/eu/admin/case-files/{secret.reference}/"
    assert clerk_client.get(address).status_code == 200
    registrar = browser(itziar, second_factor=True)
    assert registrar.get(address).status_code == 404
    inbox = registrar.get("/mundaka/eu/admin/case-files/", {"q": secret.reference}).content.decode()
    assert f"case-files/{secret.reference}" not in inbox


@pytest.fixture
def paper(in_mundaka: Cast, secret: CaseFile) -> str:
    """The code of a document in the discreet file, whose second party is Jon."""
    document, version = new_upload(
        kind=DocumentKind.REPORT,
        title="Txostena",
        stored=store(in_mundaka.mundaka.pk, b"%PDF-1.4 paper"),
        file_name="txostena.pdf",
        actor=in_mundaka.clerk(),
    )
    save_all([document], [version])
    CaseDocument.objects.create(case_file=secret, document=document)
    CaseParty.objects.create(case_file=secret, person=in_mundaka.jon.person, capacity="representative", name="Jon")
    return document.csv


def test_every_party_sees_that_a_clerk_read_a_document_of_her_file(in_mundaka: Cast, paper: str) -> None:
    get_document_for(in_mundaka.clerk(), paper)
    for user in (in_mundaka.ane, in_mundaka.jon):
        assert user.person_id
        assert [row.action for row in readings_about(user.person_id)] == ["documents.read"]


def test_a_document_of_a_discreet_file_is_as_hidden_as_the_file(in_mundaka: Cast, paper: str) -> None:
    with pytest.raises(Http404):
        get_document_for(clerk(in_mundaka, Role.REGISTRAR), paper)
    assert not AuditRow.objects.filter(action="documents.read").exists()
    assert get_document_for(clerk(in_mundaka, Role.HANDLER, unit="urban"), paper)


def test_every_party_sees_that_a_clerk_opened_her_file(
    cast: Cast, clerk_client: Client, citizen_client: Client
) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        CaseParty.objects.create(case_file=case_file, person=cast.jon.person, capacity="representative", name="Jon")
    clerk_client.get(f"/mundaka/eu/admin/case-files/{case_file.reference}/")
    for user in (cast.ane, cast.jon):
        assert user.person_id
        assert [row.action for row in readings_about(user.person_id)] == ["case_files.read"]
    assert case_file.reference in citizen_client.get("/mundaka/eu/account/who-has-seen-my-data/").content.decode()
