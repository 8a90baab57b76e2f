"""The page of each procedure says plainly how it is done, and leads on."""

from collections.abc import Iterator

import pytest
from django.test import Client

from core.municipalities.models import Office
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from procedures.constants import Initiation
from procedures.models import Procedure, TownProcedure
from procedures.services import enable_procedures, forget_town_procedures
from tests.cast import Cast
from tests.procedures.conftest import fresh_catalogue  # noqa: F401

START, PHONE = "btn--start", "tel:946870000"
IN_PERSON = ("REG-008", "REG-015", "CIV-004", "DIG-003", "DIG-004", "VEH-013", "POL-004")
FORWARDED = ("REG-012", "TRI-012", "SOC-004", "SOC-005", "SOC-010", "CSM-003")
# who does it is said by name: the first two are forwarded too, of the third the town only guides
ELSEWHERE = {
    "CIV-003": {"eu": "Izatezko Bikoteen Erregistroa", "es": "Registro de Parejas de Hecho", "en": "Register of Part"},
    "PAD-016": {"eu": "Eusko Jaurlaritza", "es": "Gobierno Vasco", "en": "Basque Government"},
    "VIV-004": {"eu": "Hipoteka Bitartekaritzako", "es": "Mediación Hipotecaria", "en": "Mortgage Mediation Service"},
}
SAID = {
    "in person": {"eu": "aurrez aurre egiten da", "es": "se hace en persona"},
    "forwarded": {"eu": "Beste administrazio batek erabakitzen du", "es": "lo decide otra administración"},
    "informs": {"eu": "Orri honek informazioa ematen du", "es": "Esta página informa"},
    "provider": {"eu": "Busturialdeko Mankomunitatea", "es": "Busturialdeko Mankomunitatea"},
}


@pytest.fixture
def town(cast: Cast, catalogue: None) -> Iterator[Cast]:
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk)
        Office.objects.create(
            name_eu="Udaletxea", name_es="Ayuntamiento", name_en="Town hall", is_main=True, phone="946 870 000"
        )
    forget_towns()
    yield cast
    forget_town_procedures()


def card(client: Client, code: str, language: str) -> str:
    response = client.get(f"/mundaka/{language}/procedures/{code}/")
    assert response.status_code == 200, code
    return str(response.content.decode())


def main(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def leads_on(page: str, language: str) -> bool:
    """To the office, its hours and its telephone."""
    return f"/mundaka/{language}/offices/" in main(page) and PHONE in main(page)


def changed(cast: Cast, code: str, **values: object) -> None:
    with acting_for(cast.mundaka.pk):
        TownProcedure.objects.filter(procedure__code=code).update(**values)
    forget_town_procedures()


@pytest.mark.parametrize("language", ["eu", "es"])
def test_what_is_done_in_person_says_so_and_leads_to_the_appointment(town: Cast, client: Client, language: str) -> None:
    assert set(IN_PERSON) == set(
        Procedure.objects.filter(initiation=Initiation.IN_PERSON).values_list("code", flat=True)
    )
    for code in IN_PERSON:
        page = card(client, code, language)
        assert SAID["in person"][language] in page and START not in page, code
        assert leads_on(page, language) and f"/procedures/{code}/start/" in main(page), code


@pytest.mark.parametrize("language", ["eu", "es"])
def test_what_another_administration_decides_says_so(town: Cast, client: Client, language: str) -> None:
    forwarded = set(Procedure.objects.filter(workflow__code="REGS").values_list("code", flat=True))
    assert {*FORWARDED, "CIV-003", "PAD-016"} == forwarded
    for code in FORWARDED:
        page = card(client, code, language)
        assert SAID["forwarded"][language] in page and leads_on(page, language), code


GRANTED = {"eu": "onartutzat", "es": "concedid", "en": "counts as granted"}


@pytest.mark.parametrize("language", ["eu", "es", "en"])
def test_what_another_administration_does_is_said_by_its_name_and_led_to(
    town: Cast, client: Client, language: str
) -> None:
    for code, named in ELSEWHERE.items():
        page = main(card(client, code, language))
        banner = page.split('class="banner"', 1)[1].split("</div>", 1)[0]
        assert named[language] in banner and 'href="https://www.' in banner, code
        assert GRANTED[language] not in page and leads_on(card(client, code, language), language), code
    months = {"eu": "3 hilabete", "es": "3 meses", "en": "3 months"}[language]
    assert months not in main(card(client, "CIV-003", language))
    granted = main(card(client, Procedure.objects.filter(silence="positive", workflow__code="SIMP")[0].code, language))
    assert GRANTED[language] in granted  # the words are looked for as they are written


@pytest.mark.parametrize("language", ["eu", "es"])
@pytest.mark.parametrize(
    ("kind", "values"),
    [("informs", {"channels": ["in_person", "phone"]}), ("provider", {"provider": "Busturialdeko Mankomunitatea"})],
)
def test_what_the_town_does_not_do_on_line_only_informs(
    town: Cast, client: Client, language: str, kind: str, values: dict[str, object]
) -> None:
    for code in ("SOC-001", "REG-008"):
        changed(town, code, **values)
        page = card(client, code, language)
        said = SAID["in person"] if (code, kind) == ("REG-008", "informs") else SAID[kind]
        assert said[language] in page and START not in page and leads_on(page, language), code
        assert f"/procedures/{code}/start/" not in main(page)


@pytest.mark.parametrize("language", ["eu", "es"])
def test_every_card_leads_somewhere(town: Cast, client: Client, language: str) -> None:
    for code, initiation in Procedure.objects.values_list("code", "initiation"):
        page = card(client, code, language)
        assert leads_on(page, language), code
        assert (START in page) == (initiation != Initiation.IN_PERSON), code
        if START in page:
            assert client.get(f"/mundaka/{language}/procedures/{code}/start/").status_code == 200, code


def listed(client: Client, **asked: str) -> set[str]:
    """The codes on every page of the catalogue, so narrowed."""
    first = client.get("/mundaka/es/procedures/", asked)
    codes: set[str] = set()
    for number in first.context["page"].paginator.page_range:
        page = client.get("/mundaka/es/procedures/", {**asked, "page": number})
        codes |= {result["procedure"].code for result in page.context["results"]}
    return codes


def test_without_a_certificate_means_as_this_town_asks_for_it(town: Cast, client: Client) -> None:
    assert "REG-001" in listed(client, level="simple") and "PAD-003" not in listed(client, level="simple")
    changed(town, "REG-001", identity_level="certificate")
    changed(town, "PAD-003", identity_level="email")
    simple = listed(client, level="simple")
    assert "REG-001" not in simple and "PAD-003" in simple


def test_on_line_now_is_what_has_a_button_that_begins_it(town: Cast, client: Client) -> None:
    changed(town, "SOC-001", provider="Busturialdeko Mankomunitatea")
    changed(town, "SOC-002", channels=["in_person"])
    now = listed(client, online="now")
    assert {"REG-001", "PAD-006"} <= now and not now & {"SOC-001", "SOC-002", *IN_PERSON}
