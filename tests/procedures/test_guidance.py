"""Help, eligibility and relations: every word in three languages, every answer leads somewhere that exists."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from procedures.constants import FieldType
from procedures.services import explain, find_definition, has_questions, questions_of, related_to
from procedures.services.guiding import DATA
from procedures.steps import Step
from tests.cast import Cast
from tests.procedures.walking import Walk

GRANTS = {
    *("VEH-002", "VEH-003", "VEH-007", "TRI-010", "TRI-011", "TRI-014", "EUS-001", "EUS-002", "SOC-002", "SOC-003"),
    *("SUB-001", "SUB-004", "SUB-005", "SUB-006", "VIV-002", "VIV-003", "JUV-003", "EDU-009", "EDU-010", "EDU-011"),
    *("EMP-006", "IGU-003", "SOC-012", "MAY-003"),
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def test_the_twenty_most_used_and_every_grant_ask_whether_they_are_for_you() -> None:
    most_used = [row["code"] for row in rows(DATA / "most_used.csv")][:20]
    assert [code for code in [*most_used, *sorted(GRANTS)] if not has_questions(code)] == []


def test_every_answer_leads_on_and_only_to_what_exists() -> None:
    codes = {row["code"] for row in rows(DATA / "procedures.csv")}
    for code in {row["procedure"] for row in rows(DATA / "eligibility.csv")}:
        questions = questions_of(code)
        assert code in codes and 1 <= len(questions) <= 4
        assert [one.number for one in questions] == list(range(1, len(questions) + 1))
        for one in questions:
            kinds = [ending.kind for ending in one.endings]
            assert set(kinds) <= {"fits", "next", "lacks", "use"} and kinds[0] != kinds[1], code
            assert sum(bool(ending.why) for ending in one.endings) == 1, code  # one way on, one away
            assert ("next" in kinds) == (one is not questions[-1]), code
            assert all(ending.code in codes - {code} for ending in one.endings if ending.kind == "use"), code


def test_each_kind_of_question_and_of_step_is_explained_in_three_languages() -> None:
    kinds = {row["kind"] for row in rows(DATA / "help.csv") if not row["procedure"]}
    assert {f"field:{one}" for one in FieldType} <= kinds
    assert all(row[f"text_{key}"] for row in rows(DATA / "help.csv") for key in ("eu", "es", "en"))


def test_a_procedures_own_words_come_before_those_of_all() -> None:
    with translation.override("es"):
        assert "discapacidad" in explain("VEH-002", Step("1"))[0]
        assert explain("VEH-003", Step("1")) != explain("VEH-002", Step("1"))


def test_every_page_of_the_wizard_explains_itself(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "VEH-002", language="eu")
    start = citizen_client.get("/mundaka/eu/procedures/VEH-002/start/").content.decode()
    walk.begin()
    pages = [start, *(citizen_client.get(walk.url(step)).content.decode() for step in ("you", "1"))]
    walk.answer()
    pages.append(citizen_client.get(walk.url("documents")).content.decode())
    pages.append(citizen_client.get(walk.url("check")).content.decode())
    assert ["Azaldu urrats hau" in page for page in pages] == [True] * 5


def test_related_are_what_somebody_chose_and_then_what_shares_moments_and_words(online: Cast) -> None:
    assert related_to("PAD-001")[:2] == ["PAD-003", "PAD-006"]
    codes = [row["code"] for row in rows(DATA / "procedures.csv")]
    lonely = [code for code in codes if code != "IGU-001" and len(related_to(code)) < 3]
    assert lonely == []
    assert all("IGU-001" not in related_to(code) for code in codes)  # a discreet matter is named nowhere


@pytest.mark.parametrize("language", ["eu", "es", "en"])
def test_eligibility_needs_no_script_no_account_and_keeps_nothing(online: Cast, client: Client, language: str) -> None:
    page = client.get(f"/mundaka/{language}/procedures/VEH-002/for-you/")
    text = page.content.decode()
    assert (
        page.status_code == 200
        and set(page.cookies) <= {"django_language"}
        and "<form" not in text.split("<main")[1].split("</main")[0]
    )
    assert 'href="#q2"' in text and 'href="#fits"' in text and "procedures/SOC-010/" in text
    assert client.get(f"/mundaka/{language}/procedures/DAT-001/for-you/").status_code == 404


def test_the_checklist_has_it_all_on_one_sheet(online: Cast, client: Client) -> None:
    text = client.get("/mundaka/es/procedures/URB-002/checklist/").content.decode()
    definition = find_definition("URB-002")
    assert definition is not None
    assert all(field.labels["es"] in text for field in definition.form.fields if not field.condition)
    assert "Presupuesto desglosado de las obras" in text and "Croquis o plano acotado" in text
    assert "lista de comprobación" in client.get("/mundaka/es/procedures/URB-002/").content.decode().lower()


def test_on_line_now_leaves_out_what_is_done_in_person(online: Cast, client: Client) -> None:
    everything = client.get("/mundaka/es/procedures/").context["page"].paginator.count
    now = client.get("/mundaka/es/procedures/?online=now").context["page"].paginator.count
    in_person = [row for row in rows(DATA / "procedures.csv") if row["initiation"] == "in_person"]
    assert now == everything - len(in_person) and in_person
