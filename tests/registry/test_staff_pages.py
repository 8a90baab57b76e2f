"""The registrar's pages, as she uses them."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from core.audit.models import AuditRow
from core.documents.contexts import missing_keys
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from core.notifications.models import OutboxRow
from registry.models import Entry
from tests.case_files.files import opened
from tests.cast import Cast, make_clerk
from tests.clients import sign_in
from tests.servers import EICAR

from .cases import enter

DESK = "/mundaka/en/admin/registry/"


@pytest.fixture
def miren(cast: Cast) -> Client:
    return sign_in(Client(), cast.miren, second_factor=True)


def in_town(cast: Cast, key: str = "k1", **more: Any) -> Entry:
    with acting_for(cast.mundaka.pk):
        return enter(cast, key, **more)


def paper(client: Client, kind: str = "E", **more: Any) -> Any:
    page = client.get(f"{DESK}new/{kind}/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    asked = {
        "name": "Ane Etxebarria",
        "identifier": "12345678-z",
        "summary": "Zarata gauez",
        "text": "Tabernako zarata",
        "language": "eu",
        "transport": "05",
        "paper": "3",
        "key": key[1],
    }
    return client.post(f"{DESK}new/{kind}/", asked | more, follow=True)


def test_the_day_book_finds_by_number_name_identifier_and_words(cast: Cast, miren: Client) -> None:
    entry = in_town(cast)
    other = in_town(cast, "k2", summary="Besterik", party={"name": "Jon", "identifier": ""})
    for query in (entry.reference, "1", "12345678z", "etxebarria", "ZUHAITZ"):
        page = miren.get(DESK, {"q": query}).content.decode()
        assert entry.reference in page, query
        assert other.reference not in page, query
    assert "No entry matches" in miren.get(DESK, {"kind": "S"}).content.decode()


def test_the_day_book_is_paged(cast: Cast, miren: Client) -> None:
    with acting_for(cast.mundaka.pk):
        for n in range(51):
            enter(cast, f"k{n}")
    assert "Page 1 of 2" in miren.get(DESK).content.decode()
    assert "-000001" in miren.get(DESK, {"page": "2"}).content.decode()


def test_a_formula_in_a_subject_does_not_reach_the_spreadsheet(cast: Cast, miren: Client) -> None:
    in_town(cast, summary='=HYPERLINK("http://x")', party={"name": "@SUM(A1)", "identifier": "-1"})
    text = miren.get(f"{DESK}export/").content.decode("utf-8-sig")
    assert "\"'=HYPERLINK(" in text
    assert ";'@SUM(A1);'-1;" in text


def test_a_paper_is_entered_with_its_scan_and_its_receipt(cast: Cast, miren: Client) -> None:
    scan = SimpleUploadedFile("eskaera.pdf", b"%PDF-1.7 ...", "application/pdf")
    page = paper(miren, scans=scan).content.decode()
    with acting_for(cast.mundaka.pk):
        entry = Entry.objects.get()
        assert entry.reference in page
        assert (entry.mode, entry.party["identifier"], entry.person_id) == ("01", "12345678Z", None)
        assert [one["file_name"] for one in entry.attachments] == ["eskaera.pdf"]
        assert entry.receipt and entry.receipt.context["number"] == entry.reference
        assert entry.receipt.context["attachments"][0]["sha256"] == entry.attachments[0]["sha256"]
        assert missing_keys("receipt", entry.receipt.context) == []
        assert OutboxRow.objects.filter(kind="documents.render").count() == 1


def test_only_a_document_that_was_seen_puts_the_entry_in_somebody_s_folder(cast: Cast, miren: Client) -> None:
    paper(miren, seen="on")
    with acting_for(cast.mundaka.pk):
        assert Entry.objects.get().person_id == cast.ane.person_id


def test_the_same_paper_sent_twice_is_entered_once(cast: Cast, miren: Client) -> None:
    key = "6d0e8e0c-0d2f-4c53-8a3c-0d6d1a1f0001"
    pages = [paper(miren, key=key), paper(miren, key=key)]
    assert pages[0].redirect_chain == pages[1].redirect_chain
    with acting_for(cast.mundaka.pk):
        assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00", "is a program or holds one"),
        (b"%PDF-1.7 " + EICAR, "has a virus"),
        (b"", "is empty"),
        (b"II*\x00 a picture of a kind that few can open", "neither PDF, JPEG nor PNG"),
    ],
)
def test_a_scan_comes_in_by_the_same_door_as_a_citizen_s_file(
    cast: Cast, miren: Client, content: bytes, said: str
) -> None:
    good = SimpleUploadedFile("eskaera.pdf", b"%PDF-1.7 ...", "application/pdf")
    bad = SimpleUploadedFile("eranskina.pdf", content, "application/pdf")
    page = paper(miren, scans=[good, bad]).content.decode()
    assert said in page and "eranskina.pdf" in page
    with acting_for(cast.mundaka.pk):
        assert not Entry.objects.exists()


def test_scans_have_a_limit(cast: Cast, miren: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 20
    page = paper(miren, scans=SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 20, "application/pdf")).content.decode()
    assert "a file may take" in page
    settings.UPLOAD_MAX_TOTAL_BYTES = 30
    three = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.7 " + bytes([n]) * 5, "application/pdf") for n in range(3)]
    assert "There is no room for" in paper(miren, scans=three).content.decode()
    with acting_for(cast.mundaka.pk):
        assert not Entry.objects.exists()


def test_what_leaves_goes_to_the_exit_book(cast: Cast, miren: Client) -> None:
    paper(miren, "S")
    with acting_for(cast.mundaka.pk):
        assert "-S-000001" in Entry.objects.get().reference


def test_an_entry_is_annulled_with_a_reason_and_keeps_its_number(cast: Cast, miren: Client) -> None:
    entry = in_town(cast)
    address = f"{DESK}{entry.pk}/"
    assert "Write the reason" in miren.post(address, {"kind": "annulment", "text": ""}).content.decode()
    page = miren.post(address, {"kind": "annulment", "text": "Bikoiztuta"}, follow=True).content.decode()
    assert "Annulled" in page and "Bikoiztuta" in page and entry.reference in page
    again = miren.post(address, {"kind": "correction", "text": "x"}).content.decode()
    assert "is annulled already" in again


def test_reading_an_entry_leaves_a_trace_that_the_person_sees(cast: Cast, miren: Client) -> None:
    entry = in_town(cast, person=cast.ane.person)
    miren.get(f"{DESK}{entry.pk}/")
    with acting_for(cast.mundaka.pk):
        row = AuditRow.objects.get(action="registry.entry.read")
    assert (row.subject_person_id, row.actor_name) == (cast.ane.person_id, "Miren Bilbao")


def test_the_label_has_number_time_and_a_code(cast: Cast, miren: Client) -> None:
    entry = in_town(cast)
    page = miren.get(f"{DESK}{entry.pk}/label/").content.decode()
    assert "<svg" in page and "style=" not in page.split("<svg")[1].split("</svg>")[0]
    assert entry.reference in page


def test_the_book_is_verified_from_its_page(cast: Cast, miren: Client) -> None:
    entry = in_town(cast)
    assert str(entry.book) in miren.get(f"{DESK}books/").content.decode()
    assert "As it was written" in miren.post(f"{DESK}books/{entry.book_id}/verify/").content.decode()


@pytest.mark.parametrize("path", ["", "label/"])
def test_another_town_s_entry_is_not_found(cast: Cast, miren: Client, path: str) -> None:
    with acting_for(cast.balmaseda.pk):
        theirs = enter(cast)
    assert miren.get(f"{DESK}{theirs.pk}/{path}").status_code == 404


def test_a_handler_reads_and_only_a_registrar_enters(cast: Cast, miren: Client) -> None:
    entry = in_town(cast)
    with acting_for(cast.mundaka.pk):
        Membership.objects.filter(user=cast.miren).exclude(role=Role.HANDLER).delete()
    assert miren.get(f"{DESK}{entry.pk}/").status_code == 200
    for address in ("new/E/", "books/", "export/", f"{entry.pk}/label/"):
        assert miren.get(DESK + address).status_code == 403, address
    assert miren.post(f"{DESK}{entry.pk}/", {"kind": "annulment", "text": "x"}).status_code == 403


def test_a_town_without_the_module_has_no_registry_pages(cast: Cast, miren: Client) -> None:
    with acting_for(cast.mundaka.pk):
        ModuleAdoption.objects.filter(municipality=cast.mundaka, module="registry").delete()
    forget_towns()
    assert miren.get(DESK).status_code == 404


@pytest.mark.parametrize("language", ["eu", "es"])
def test_every_page_is_in_the_clerk_s_language(cast: Cast, miren: Client, language: str) -> None:
    entry = in_town(cast)
    title = {"eu": "Eguneko liburua", "es": "Libro diario"}[language]
    desk = f"/mundaka/{language}/admin/registry/"
    for page in ("", "new/E/", "new/S/", f"{entry.pk}/", f"{entry.pk}/label/", "books/"):
        assert title in miren.get(desk + page).content.decode(), page


def test_the_day_book_costs_few_statements(cast: Cast, miren: Client, django_assert_max_num_queries: Any) -> None:
    with acting_for(cast.mundaka.pk):
        for n in range(5):
            enter(cast, f"k{n}")
    miren.get(DESK)
    with django_assert_max_num_queries(12):
        miren.get(DESK)


def test_a_discreet_entry_says_nothing_to_a_registrar_who_may_not_open_its_file(cast: Cast) -> None:
    """Number and time stay; whoever handles the file reads the rest."""
    with acting_for(cast.mundaka.pk):
        file = opened(cast, "REGI", discreet=True)
    found = in_town(cast, summary="Indarkeria salaketa", case_reference=file.reference)
    plain = in_town(cast, "k2", summary="Farola itzalita")
    registrar = make_clerk("leire@mundaka.example", "Leire Ama", cast.mundaka, [Role.REGISTRAR])
    leire = sign_in(Client(), registrar, second_factor=True)
    miren = sign_in(Client(), cast.miren, second_factor=True)
    entry = f"/mundaka/es/admin/registry/{found.pk}/"
    for path in ("", "export/", "?q=Indarkeria", f"?q={found.number}"):
        page = leire.get(f"/mundaka/es/admin/registry/{path}").content.decode()
        assert "salaketa" not in page and file.reference not in page, path
        assert (found.reference in page) == ("Indarkeria" not in path)
        assert "salaketa" in miren.get(f"/mundaka/es/admin/registry/{path}").content.decode()
    page = leire.get(entry).content.decode()
    assert found.reference in page and "salaketa" not in page and found.party["name"] not in page
    assert "salaketa" in miren.get(entry).content.decode()
    assert plain.summary in leire.get("/mundaka/es/admin/registry/").content.decode()
