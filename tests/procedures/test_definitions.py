"""Differences between two definitions, a town's changes over the province's newer form, and which forms are right."""

from copy import deepcopy
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from core.municipalities.services import DomainError
from procedures.catalogue import Form, FormField, find_definition, form_of
from procedures.definitions import schema
from procedures.definitions.checking import check
from procedures.definitions.differences import apply, diff
from procedures.definitions.fitting import fit
from procedures.models import FormVersion, Procedure

NAMES = [f"q{letter}" for letter in "abcdefgh"]


def texts(text: str) -> dict[str, str]:
    return {"eu": text, "es": text, "en": text}


def question(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name, "type": "text", "required": False, "page": 1, "options": [], "town_list": "",
        "labels": texts(name), "hints": schema.NO_TEXTS, "helps": schema.NO_TEXTS, "condition": {}, "locked": False,
    } | changes  # fmt: skip


def form(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"fields": list(questions), "documents": []}


def choice(name: str, *values: str, **changes: Any) -> dict[str, Any]:
    return question(name, type="select", options=[{"value": value, **texts(value)} for value in values], **changes)


def codes(definition: dict[str, Any]) -> list[tuple[str, str]]:
    return [problem.key for problem in check(definition)]


questions = st.builds(
    question,
    st.sampled_from(NAMES),
    required=st.booleans(),
    page=st.integers(1, 3),
    labels=st.sampled_from("xyz").map(texts),
    locked=st.booleans(),
)
forms = st.lists(questions, unique_by=lambda one: one["name"], max_size=8).map(lambda found: form(*found))


@settings(max_examples=400)
@given(forms, forms)
def test_the_difference_of_two_forms_makes_one_of_the_other(a: dict[str, Any], b: dict[str, Any]) -> None:
    before = deepcopy(a)
    assert apply(diff(a, b), a) == b
    assert a == before
    assert diff(a, a) == []


@given(forms, forms, forms)
def test_a_towns_changes_over_any_newer_form_leave_a_form_that_is_no_worse(
    old: dict[str, Any], towns: dict[str, Any], new: dict[str, Any]
) -> None:
    fitted = fit(new, changes := diff(old, towns))
    assert len(fitted.kept) + len(fitted.conflicts) + len(fitted.gone) == len(changes)
    assert set(codes(fitted.definition)) <= set(codes(new))
    asked = {one["name"]: one for one in fitted.definition["fields"]}
    for one in new["fields"]:
        if one["locked"] or one["required"]:
            assert one["name"] in asked
        if one["name"] in asked:
            mine = asked[one["name"]]
            assert (mine["type"], mine["locked"]) == (one["type"], one["locked"])
            assert mine["required"] or not (one["locked"] and one["required"])


@given(forms, forms)
def test_changes_over_the_form_they_were_made_for_all_fit_where_a_town_may_make_them(
    base: dict[str, Any], other: dict[str, Any]
) -> None:
    allowed = fit(base, diff(base, other)).definition
    again = fit(base, diff(base, allowed))
    assert again.is_whole and again.definition == allowed


def test_of_what_both_have_changed_the_provinces_holds_until_the_town_insists() -> None:
    old = form(question("a"), question("b"), question("c"))
    towns = form(question("a", labels=texts("ours")), question("c"), question("own_d", required=True))
    new = form(question("a", labels=texts("new")), question("b"), question("e", required=True))
    changes = diff(old, towns)
    fitted = fit(new, changes)
    assert [one["name"] for one in fitted.definition["fields"]] == ["a", "e", "own_d"]
    assert fitted.definition["fields"][0]["labels"] == texts("new")
    [conflict] = fitted.conflicts
    insisting = fit(new, changes, insist=[changes.index(conflict)])
    assert insisting.definition["fields"][0]["labels"] == texts("ours")


def test_what_hangs_on_a_question_that_the_province_has_dropped_is_named_and_breaks_nothing() -> None:
    old = form(choice("a", "x", "y"), question("b"))
    towns = form(choice("a", "x", "y"), question("b", condition={"field": "a", "equals": ["y"]}))
    fitted = fit(form(choice("a", "x"), question("b")), diff(old, towns))
    assert [one["key"] for one in fitted.conflicts] == ["condition"]
    assert fitted.definition["fields"][1]["condition"] == {}


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (form(), ("", "empty")),
        (form(question("a"), question("a")), ("a", "twice")),
        (form(question("you_name")), ("you_name", "name")),
        (form(question("a_1")), ("a_1", "name")),
        (form(question("a", labels={"eu": "bai", "es": " ", "en": ""})), ("a", "label")),
        (form(question("a", hints={"eu": "bai", "es": "", "en": ""})), ("a", "help")),
        (form(choice("a")), ("a", "options")),
        (form(choice("a", "x", "x")), ("a", "options")),
        (form(question("a", condition={"field": "z", "equals": ["x"]})), ("a", "condition")),
        (form(question("a"), question("b", condition={"field": "a", "equals": ["x"]})), ("b", "condition")),
        (form(choice("a", "x"), question("b", condition={"field": "a", "equals": ["y"]})), ("b", "condition")),
        (form(question("b", condition={"field": "a", "equals": ["x"]}), choice("a", "x")), ("b", "condition")),
        (form(question("b", condition={"field": "a", "equals": ["x"]}), choice("a", "x", page=2)), ("b", "condition")),
        (form(choice("a", "x", condition={"field": "a", "equals": ["x"]})), ("a", "condition")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_question(wrong: dict[str, Any], found: tuple[str, str]) -> None:
    assert found in codes(wrong)


def test_a_circle_of_conditions_is_called_one() -> None:
    a = choice("a", "x", condition={"field": "b", "equals": ["x"]})
    b = choice("b", "x", condition={"field": "a", "equals": ["x"]})
    with override("en"):
        found = check(form(a, b))
    assert len(found) == 2 and all("itself" in problem.message for problem in found)


answers = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["x", "y", ["x", "y"], "", None]))


@st.composite
def conditional_forms(draw: Any) -> Form:
    made: list[dict[str, Any]] = []
    for name in NAMES:
        hangs = draw(st.sampled_from([None, *made])) if made else None
        equals = draw(st.sampled_from([["x"], ["y"], ["x", "y"]]))
        condition = {"field": hangs["name"], "equals": equals} if hangs else {}
        made.append(choice(name, "x", "y", condition=condition))
    return form_of(form(*made), 0)


@given(conditional_forms(), answers)
def test_a_question_is_asked_where_all_that_it_hangs_on_is_asked_and_answered_so(
    asked: Form, given_answers: dict[str, Any]
) -> None:
    by_name = {field.name: field for field in asked.fields}

    def is_asked(field: FormField) -> bool:
        if not field.condition:
            return True
        source, answer = by_name[field.condition["field"]], given_answers.get(field.condition["field"])
        chosen = answer if isinstance(answer, list) else [answer]
        return is_asked(source) and bool(set(map(str, chosen)) & set(field.condition["equals"]))

    assert [field.name for field in asked.asked(given_answers)] == [f.name for f in asked.fields if is_asked(f)]


def test_every_form_of_the_catalogue_is_right_and_survives_a_file(catalogue: None) -> None:
    versions = list(FormVersion.objects.select_related("procedure"))
    assert [(one.procedure.code, *codes(one.definition)) for one in versions if codes(one.definition)] == []
    for version in versions:
        text = schema.write(version.definition, procedure=version.procedure.code, version=version.number)
        found = schema.read(text)
        assert {key: found[key] for key in ("fields", "documents")} == version.definition
    assert Procedure.objects.exclude(form_version__number=1).count() == 0


def test_a_file_of_the_first_schema_is_read_and_what_was_obligatory_is_locked(catalogue: None) -> None:
    definition = find_definition("REG-001")
    assert definition
    version = FormVersion.objects.get(pk=definition.form.id)
    first = deepcopy(version.definition)
    for one in first["fields"]:
        del one["helps"], one["locked"]
    text = schema.write(first, procedure="REG-001").replace('"schema": 2', '"schema": 1')
    assert schema.read(text)["fields"] == version.definition["fields"]
    assert schema.to_current(first, 1) == version.definition
    with pytest.raises(DomainError):
        schema.read(text.replace('"schema": 1', '"schema": 2'))


def test_every_schema_but_the_last_has_its_converter() -> None:
    assert sorted(schema.converters) == list(range(1, schema.SCHEMA))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "null", "[" * 100_000, '{"schema": 3}', '{"schema": true}', '{"schema": 2}',
     '{"schema": 2, "procedure": "REG-001", "fields": [{"name": "a b"}], "documents": []}', "x" * 3_000_000,
     r'{"a": "\u0000"}', r'{"a": "\ud800"}', '{"a": NaN}', '{"a": 1e999}'],
)  # fmt: skip
def test_a_file_that_is_no_form_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        schema.read(text)
    assert str(refused.value.message)


def test_a_wrong_file_is_told_its_place() -> None:
    wrong = form(question("a"), question("b", type="colour"))
    with pytest.raises(DomainError, match="fields › 2 › type"):
        schema.read(schema.write(wrong, procedure="REG-001"))
