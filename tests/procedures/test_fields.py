"""What people type becomes what is kept, or a message that names the field and says what to do."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import nif

from procedures.catalogue import FormField
from procedures.forms import cleaning
from procedures.forms.building import PageForm, page_form
from procedures.forms.showing import show


def field(kind: str, *, required: bool = True, options: list[dict[str, str]] | None = None, **more: Any) -> FormField:
    return FormField(
        name=more.pop("name", "asked"),
        type=kind,
        required=required,
        page=1,
        labels={"eu": "Galdera", "es": "Pregunta", "en": "Question"},
        hints={"eu": "", "es": "", "en": ""},
        options=options or [],
        town_list=more.pop("town_list", ""),
        condition={},
    )


def ask(asked: FormField, data: dict[str, Any], **more: Any) -> PageForm:
    values = {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    return page_form([asked], data=MultiValueDict(values), **more)


def kept(kind: str, *texts: str, **more: Any) -> Any:
    data = {f"asked_{n}": text for n, text in enumerate(texts)} if len(texts) > 1 else {"asked": texts[0]}
    form = ask(field(kind, **more), data)
    assert form.is_valid(), form.errors
    return form.cleaned_data["asked"]


def refused(kind: str, *texts: str, language: str = "es", **more: Any) -> str:
    data = {f"asked_{n}": text for n, text in enumerate(texts)} if len(texts) > 1 else {"asked": texts[0]}
    with override(language):
        form = ask(field(kind, **more), data)
        assert not form.is_valid()
        return str(form.errors["asked"][0])


@pytest.mark.parametrize("typed", ["12345678Z", "12345678-z", " 12.345.678 Z ", "１２３４５６７８Ｚ"])
def test_a_nif_is_taken_with_its_spaces_points_and_dashes(typed: str) -> None:
    assert kept("nif", typed) == "12345678Z"


@pytest.mark.parametrize("typed", ["12345678A", "1234567Z", "X1234567A", "B95000001", "hola", "1" * 10_000])
def test_a_wrong_nif_is_refused_by_name(typed: str) -> None:
    assert "«Pregunta»" in refused("nif", typed)
    assert "«Galdera»" in refused("nif", typed, language="eu")


@given(st.integers(0, 99_999_999))
def test_every_right_nif_is_taken_and_every_other_letter_refused(number: int) -> None:
    right = f"{number:08d}{nif.dni.calc_check_digit(f'{number:08d}')}"
    assert cleaning.parse_nif(right) == right
    wrong = right[:8] + ("A" if right[8] != "A" else "B")
    with pytest.raises(ValueError, match="wrong"):
        cleaning.parse_nif(wrong)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("12.50 €", 1250),
        ("1.250,50", 125050),
        ("1,250.50", 125050),
        ("1 250", 125000),
        ("0,07", 7),
        ("1.250", 125000),
        ("1.250.000", 125000000),
    ],
)
def test_money_is_read_with_comma_or_point(typed: str, cents: int) -> None:
    assert kept("money", typed) == cents


@pytest.mark.parametrize("typed", ["-5", "12,345,6", "1.25.50", "doce", "1e5", "12,", "NaN"])
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    assert "1.250,50" in refused("money", typed)


@given(st.integers(0, 10**11))
def test_an_amount_written_the_spanish_way_comes_back_as_it_was(cents: int) -> None:
    text = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
    assert cleaning.parse_cents(text) == cents


@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_every_day_that_exists_is_taken(day: date) -> None:
    assert cleaning.parse_date(str(day.day), f"{day.month:02d}", str(day.year)) == day


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2026"),
        ("29", "2", "2025"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "1", "26"),
        ("a", "b", "c"),
        ("1", "", "2026"),
        ("٣", "1", "2026"),
        ("1", "1", "0001"),
    ],
)
def test_a_day_that_does_not_exist_is_refused(parts: tuple[str, ...]) -> None:
    assert refused("date", *parts).startswith("«Pregunta»: esa fecha no existe")


def test_nobody_is_born_tomorrow() -> None:
    form = ask(field("date", name="birth_date"), {"birth_date_0": "1", "birth_date_1": "1", "birth_date_2": "2149"})
    assert not form.is_valid()


def test_text_keeps_no_null_bytes_controls_or_direction_marks() -> None:
    assert kept("text", "a\0b\u202ec\x07d\u200f  e") == "abcd e"
    assert kept("textarea", "lehena\r\nbigarrena\0") == "lehena\nbigarrena"
    assert kept("textarea", "👩\u200d👧") == "👩\u200d👧"


def test_ten_thousand_characters_are_counted_in_the_message() -> None:
    message = refused("textarea", "a" * 10_000)
    assert "10000" in message
    assert "4000" in message
    assert "10000" in refused("address", "a" * 10_000, "", "", "", "Mundaka")


@given(st.text(max_size=300))
def test_whatever_is_typed_is_kept_or_refused_but_never_breaks(text: str) -> None:
    for kind in (
        "text",
        "textarea",
        "nif",
        "iban",
        "cadastral_ref",
        "plate",
        "phone",
        "email",
        "number",
        "money",
        "time",
    ):
        ask(field(kind), {"asked": text}).is_valid()
    for kind, count in (("date", 3), ("datetime", 4), ("appointment", 4), ("address", 5), ("geo", 2), ("person", 3)):
        ask(field(kind), {f"asked_{n}": text for n in range(count)}).is_valid()
    ask(field("person_list"), {"asked_count": text, "asked_0_name": text, "asked_0_birth_date": text}).is_valid()


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("iban", "es91 2100 0418 4502 0005 1332", "ES9121000418450200051332"),
        ("plate", "bi-1234-ab", "BI1234AB"),
        ("plate", "1234 bcd", "1234BCD"),
        ("phone", "+34 94 687-00-00", "946870000"),
        ("phone", "0033 1 23 45 67 89", "0033123456789"),
        ("time", "9.30", "09:30"),
        ("number", "1.234,5", "1234.5"),
        ("email", " ane@example.eus ", "ane@example.eus"),
        ("cadastral_ref", "9872023 VH5797S 0001 WX", "9872023VH5797S0001WX"),
        ("cadastral_ref", "N 012345 X", "N012345X"),
    ],
)
def test_the_usual_ways_of_writing_are_taken(kind: str, typed: str, value: str) -> None:
    assert kept(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("iban", "ES9121000418450200051333"),
        ("plate", "1234AEI"),
        ("phone", "12345"),
        ("time", "25:00"),
        ("number", "-1"),
        ("email", "ane@"),
        ("cadastral_ref", "9872023VH5797S0001WZ"),
    ],
)
def test_what_cannot_be_right_is_refused(kind: str, typed: str) -> None:
    assert refused(kind, typed).startswith("«Pregunta»:")


def test_an_address_needs_its_street_and_town() -> None:
    assert kept("address", "Kepa Deuna", "3", "", "48360", "Mundaka")["postcode"] == "48360"
    assert "calle" in refused("address", "", "3", "", "", "Mundaka")
    assert "cinco" in refused("address", "Kale", "3", "", "4836", "Mundaka")


def test_coordinates_are_kept_as_they_were_written() -> None:
    assert kept("geo", "Plazan", "43.4076, -2.6982") == {"text": "Plazan", "lat": "43.4076", "lon": "-2.6982"}
    assert kept("geo", "Plazan", "") == {"text": "Plazan"}
    assert "43.4076" in refused("geo", "Plazan", "hor")


def test_a_list_of_persons_names_the_one_that_is_wrong() -> None:
    rows = {"asked_count": "2", "asked_0_name": "Ane", "asked_0_surnames": "Uriarte", "asked_1_name": "Jon"}
    with override("es"):
        form = ask(field("person_list"), rows)
        assert "la persona 2 necesita" in str(form.errors["asked"][0])
    form = ask(field("person_list"), {**rows, "asked_1_surnames": "Goiri", "asked_1_identifier": "12345678z"})
    assert form.is_valid()
    assert form.cleaned_data["asked"][1]["identifier"] == "12345678Z"


def test_a_declaration_takes_only_yes() -> None:
    declaration = field("boolean", options=[{"value": "yes"}])
    assert ask(declaration, {"asked": "on"}).is_valid()
    assert not ask(declaration, {}).is_valid()


def test_a_towns_own_list_is_a_choice_and_without_one_she_writes_it() -> None:
    course = field("select", town_list="course_list")
    assert ask(course, {"asked": "Bertsolaritza"}).is_valid()
    options = {"course_list": [("bertso", "Bertsolaritza")]}
    assert ask(course, {"asked": "bertso"}, town_options=options).is_valid()
    assert not ask(course, {"asked": "beste"}, town_options=options).is_valid()


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", 125050, "1\xa0250,50 €"),
        ("boolean", "no", "No"),
        ("date", "2026-11-22", "22 de noviembre de 2026"),
        ("number", "12.5", "12,5"),
        ("iban", "ES9121000418450200051332", "ES91 2100 0418 4502 0005 1332"),
        ("geo", {"text": "Plaza", "lat": "1.0", "lon": "2.0"}, "Plaza (1.0, 2.0)"),
        ("text", "", ""),
    ],
)
def test_an_answer_is_shown_as_people_read_it(kind: str, value: Any, shown: str) -> None:
    with override("es"):
        assert show(field(kind), value, {}) == shown


def test_numbers_have_no_rounding() -> None:
    assert cleaning.parse_number("0,1") + cleaning.parse_number("0,2") == Decimal("0.3")


WRONG = [
    ("text", ["x" * 251]), ("textarea", ["x" * 4001]), ("number", ["bost"]), ("number", ["-5"]), ("money", ["asko"]),
    ("money", ["9" * 20]), ("nif", ["12345678A"]), ("iban", ["ES00 1"]), ("cadastral_ref", ["9872023VH5797S0001WA"]),
    ("plate", ["!"]), ("phone", ["12"]), ("email", ["nor"]), ("time", ["25:00"]), ("select", ["x"]),
    ("multiselect", ["x"]), ("boolean", ["x"]), ("date", ["31", "2", "2026"]), ("datetime", ["1", "2", "2026", "x"]),
    ("appointment", ["1", "2", "2020", "morning"]), ("address", ["Kalea", "1", "", "48", "Mundaka"]),
    ("address", ["Kalea", "1", "", "", ""]), ("geo", ["", "43.4, -2.6"]), ("geo", ["Han", "x"]),
    ("person", ["Ane", "", ""]), ("person", ["Ane", "Goiri", "12345678A"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "texts"), WRONG)
def test_every_wrong_answer_is_told_by_name_and_how_to_mend_it_in_each_language(kind: str, texts: list[str]) -> None:
    options = [{"value": "a", "eu": "A", "es": "A", "en": "A"}] if "select" in kind else []
    said = {lang: refused(kind, *texts, language=lang, options=options) for lang in ("eu", "es", "en")}
    missing = {lang: refused(kind, *("" for _one in texts), language=lang, options=options) for lang in said}
    for told in (said, missing):
        assert len(set(told.values())) == 3, told
        for lang, label in (("eu", "«Galdera»: "), ("es", "«Pregunta»: "), ("en", "“Question”: ")):
            assert told[lang].startswith(label) and told[lang].endswith(".") and "%" not in told[lang], told
    assert said != missing or kind in ("select", "multiselect", "boolean")
