"""The verification code, as made and as typed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from core.documents.codes import ALPHABET, LENGTH, grouped_csv, new_csv, normalise_csv

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_a_code_has_130_random_bits_and_no_letter_that_is_read_as_a_digit() -> None:
    made = {new_csv() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", code) for code in made)
    assert {letter for code in made for letter in code} == set(ALPHABET)


@given(codes)
def test_the_printed_form_leads_back_to_the_code(code: str) -> None:
    assert normalise_csv(grouped_csv(code)) == code
    assert [len(part) for part in grouped_csv(code).split("-")] == [5, 5, 5, 5, 6]


@given(codes, st.data())
def test_what_people_type_is_put_right(code: str, data: st.DataObject) -> None:
    written = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(data.draw(st.sampled_from(written.get(letter, letter + letter.lower()))) for letter in code)
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "-", " – ", "."]), min_size=LENGTH, max_size=LENGTH))
    assert normalise_csv("".join(a + b for a, b in zip(gaps, typed, strict=True))[:100]) in (code, None)
    assert normalise_csv(f" {typed} ") == code


@given(st.text(max_size=200))
def test_anything_else_is_no_code_and_no_error(typed: str) -> None:
    found = normalise_csv(typed)
    assert found is None or re.fullmatch(f"[{ALPHABET}]{{26}}", found)
