"""The pages of a town and of the county."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from case_files.models import CaseEvent, CaseFile, CaseParty, CorrectionRequest
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from portal.admin import ThemeForm
from procedures.services import enable_procedures, forget_town_procedures
from registry.models import Entry
from tests.cast import Cast

# statements a page may need, the door's own apart; a signed-in visitor's session and account add two
BUDGET = {
    "": 0,
    "procedures/": 0,
    "procedures/?q=padron&topic=padron&online=now": 0,
    "procedures/PAD-006/": 3,
    "offices/": 3,
    "verify/": 0,
    "status/": 0,
}


@pytest.fixture
def town(catalogue: None, cast: Cast) -> Cast:
    """Mundaka with the whole catalogue on line."""
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk)
    forget_town_procedures()
    return cast


@pytest.fixture
def file_of_ane(cast: Cast) -> CaseFile:
    """A building permit of Ane's in Mundaka that waits for a plan, with a legal notification to open."""
    with acting_for(cast.mundaka.pk):
        row = CaseFile.objects.create(
            reference="MUN-2026-000001",
            procedure_code="URB-002",
            title_eu="Obra",
            title_es="Obra menor",
            state="suspended",
        )
        CaseParty.objects.create(case_file=row, person=cast.ane.person, name="Ane", identifier="12345678Z")
        CaseEvent.objects.create(case_file=row, code="opened")
        items = [{"text_eu": "Planoa falta da", "text_es": "Falta el plano"}]
        CorrectionRequest.objects.create(case_file=row, items=items, due_on=date(2026, 12, 4))
        Notification.objects.create(
            person=cast.ane.person,
            legal=True,
            subject_eu="Ebazpena",
            subject_es="Resolución",
            body_es="Se concede.",
            reference=row.reference,
            state=NotificationState.AVAILABLE,
            available_at=timezone.now(),
            lapses_on=date(2099, 1, 1),
        )
    return row


def statements(queries: list[dict[str, str]]) -> list[str]:
    door = ("BEGIN", "SELECT set_config", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
    return [query["sql"] for query in queries if not query["sql"].startswith(door)]


@pytest.mark.parametrize("page", BUDGET)
def test_a_page_keeps_its_budget(
    town: Cast, client: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(f"/mundaka/eu/{page}")  # fills what a process keeps in memory
    with django_assert_max_num_queries(100) as context:
        assert client.get(f"/mundaka/eu/{page}").status_code == 200
    asked = statements(context.captured_queries)
    assert len(asked) <= BUDGET[page], asked


def test_county_finds_a_town_without_accents(cast: Cast, client: Client) -> None:
    page = client.get("/es/", {"q": "MUNDAKA"}).content.decode()
    assert "/mundaka/es/" in page and "/balmaseda/es/" not in page


def test_basque_dates_are_declined(town: Cast, client: Client) -> None:
    assert "ko " in client.get("/mundaka/eu/").content.decode().split("<time")[1].split("</time>")[0]


def test_a_module_that_is_off_has_no_page_and_no_menu(cast: Cast, client: Client) -> None:
    with acting_for(cast.mundaka.pk):
        ModuleAdoption.objects.filter(municipality=cast.mundaka, module="procedures").delete()
    forget_towns()
    assert client.get("/mundaka/eu/procedures/").status_code == 404
    assert "/procedures/" not in client.get("/mundaka/eu/").content.decode()


def test_search_finds_in_the_other_language_and_filters(town: Cast, client: Client) -> None:
    assert "PAD-006" in client.get("/mundaka/eu/procedures/", {"q": "volante"}).content.decode()
    with_certificate = client.get("/mundaka/es/procedures/", {"q": "volante", "level": "simple"}).content.decode()
    assert "PAD-007" not in with_certificate


def test_nothing_found_says_what_to_do(town: Cast, client: Client) -> None:
    assert "instancia general" in client.get("/mundaka/es/procedures/", {"q": "zzzzqqqq"}).content.decode()


def test_discreet_life_event_is_on_no_list(town: Cast, client: Client) -> None:
    for page in ("", "procedures/"):
        assert "violencia" not in client.get(f"/mundaka/es/{page}").content.decode().lower()


def test_folder_shows_what_is_hers_to_do(town: Cast, citizen_client: Client, file_of_ane: CaseFile) -> None:
    page = citizen_client.get("/mundaka/es/folder/").content.decode()
    assert "Completarla" in page and "Ver la notificación" in page and "MUN-2026-000001" in page


def test_folder_is_the_same_in_another_town(town: Cast, citizen_client: Client, file_of_ane: CaseFile) -> None:
    assert "MUN-2026-000001" in citizen_client.get("/balmaseda/es/folder/").content.decode()
    assert citizen_client.get("/balmaseda/es/folder/files/mundaka/MUN-2026-000001/").status_code == 200


def test_a_neighbour_sees_nothing_of_it(town: Cast, browser: Callable[..., Client], file_of_ane: CaseFile) -> None:
    jon = browser(town.jon)
    assert "MUN-2026-000001" not in jon.get("/mundaka/es/folder/").content.decode()
    assert jon.get("/mundaka/es/folder/files/mundaka/MUN-2026-000001/").status_code == 404
    notification = Notification._base_manager
    with acting_for(town.mundaka.pk):
        pk = notification.get().pk
    assert jon.get(f"/mundaka/es/folder/notifications/{pk}/").status_code == 404


def test_nobody_enters_the_folder_without_signing_in(cast: Cast, client: Client) -> None:
    response = client.get("/mundaka/eu/folder/")
    assert response.status_code == 302 and "/account/login/" in response["Location"]


def test_opening_a_notification_warns_before_and_counts_after(
    town: Cast, citizen_client: Client, file_of_ane: CaseFile
) -> None:
    with acting_for(town.mundaka.pk):
        pk = Notification.objects.get().pk
    address = f"/mundaka/es/folder/notifications/{pk}/"
    before = citizen_client.get(address).content.decode()
    assert "efectos legales" in before and "Se concede." not in before
    citizen_client.post(address, {"open": "1"})
    after = citizen_client.get(address).content.decode()
    assert "Se concede." in after and "La abriste" in after and "efectos legales" not in after
    with acting_for(town.mundaka.pk):
        assert Notification.objects.get().state == NotificationState.ACCESSED


@pytest.mark.parametrize(
    ("state", "evidence", "words"),
    [
        (NotificationState.ACCESSED, {}, "La abriste"),
        (NotificationState.ACCESSED, {"channel": "paper"}, "Se te entregó en papel"),
        (NotificationState.REJECTED, {}, "Se rechazó"),
        (NotificationState.EXPIRED, {}, "No se abrió dentro del plazo"),
        (NotificationState.PUBLISHED, {}, "boletín oficial"),
    ],
)
def test_a_notification_says_what_became_of_it(
    town: Cast, citizen_client: Client, file_of_ane: CaseFile, state: str, evidence: dict[str, str], words: str
) -> None:
    with acting_for(town.mundaka.pk):
        Notification.objects.update(state=state, closed_at=timezone.now(), evidence=evidence)
        pk = Notification.objects.get().pk
    assert words in citizen_client.get(f"/mundaka/es/folder/notifications/{pk}/").content.decode()


def test_she_answers_what_is_asked_from_any_towns_site(
    town: Cast, citizen_client: Client, file_of_ane: CaseFile
) -> None:
    page = "/balmaseda/es/folder/files/mundaka/MUN-2026-000001/"
    address = f"{page}answer/"
    assert f'action="{address}"' in citizen_client.get(page).content.decode()
    key = citizen_client.get(address).context["form"]["key"].value()
    empty = citizen_client.post(address, {"key": key, "answer_0": " "}).content.decode()
    assert "<title>Error:" in empty
    exe = SimpleUploadedFile("plano.pdf", b"MZ" + bytes(200))
    assert "is-error" in citizen_client.post(address, {"key": key, "attachments": exe}).content.decode()
    plan = SimpleUploadedFile("plano.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    answer = {"key": key, "answer_0": "Va en el correo del lunes.", "attachments": plan}
    sent = citizen_client.post(address, answer)
    assert sent.status_code == 302, sent.context["form"].errors
    with acting_for(town.mundaka.pk):
        assert Entry.objects.get().content["answers"][0]["answer"] == answer["answer_0"]
        assert len(Entry.objects.get().attachments) == 1
        assert CorrectionRequest.objects.get().answered_at


def test_status_needs_the_number_and_the_document(cast: Cast, client: Client, file_of_ane: CaseFile) -> None:
    right = client.post("/mundaka/es/status/", {"reference": "mun-2026-000001", "ending": "678z"})
    assert "Obra menor" in right.content.decode()
    wrong = client.post("/mundaka/es/status/", {"reference": "MUN-2026-000001", "ending": "000A"})
    assert "Error:" in wrong.content.decode() and "Obra menor" not in wrong.content.decode()


def test_a_code_that_nobody_issued_is_said_plainly(cast: Cast, client: Client) -> None:
    page = client.get("/mundaka/es/verify/", {"csv": "ABCDE-12345"}).content.decode()
    assert "No hay ningún documento con ese código" in page


def test_short_address_of_a_code_leads_to_the_verification(cast: Cast, client: Client) -> None:
    assert client.get("/v/ABC123")["Location"].endswith("/verify/?csv=ABC123")


@pytest.mark.parametrize(("language", "words"), [("eu", "Orri hau ez dago"), ("es", "Esta página no existe")])
def test_an_error_speaks_the_language_of_the_reader(cast: Cast, client: Client, language: str, words: str) -> None:
    response = client.get(f"/mundaka/{language}/nowhere/")
    assert response.status_code == 404 and words in response.content.decode()


def test_language_links_keep_the_page_and_its_question(town: Cast, client: Client) -> None:
    page = client.get("/mundaka/eu/procedures/", {"q": "obra"}).content.decode()
    assert 'href="/mundaka/es/procedures/?q=obra"' in page


def test_theme_that_can_not_be_read_is_refused_with_a_shade_that_can(cast: Cast) -> None:
    colours = {"brand": "#88aacc", "brand_deep": "#0a2a41", "accent": "#b93a22", "glow": "#f2b632", "tint": "#e8f0f4"}
    form = ThemeForm(colours | {"on_brand": "#ffffff", "scene": "port", "arms": ""})
    assert not form.is_valid() and "#" in str(form.errors["brand"])


@pytest.mark.parametrize(
    "arms",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="https://example.eus/x.svg#a"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        "<html/>",
        "no drawing",
    ],
)
def test_arms_that_do_more_than_draw_are_refused(cast: Cast, arms: str) -> None:
    form = ThemeForm({"scene": "port", "arms": arms})
    form.is_valid()
    assert "arms" in form.errors
