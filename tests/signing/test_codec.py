"""What passes between the portal and AutoFirma: reads back as it was, and nothing else passes."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.signing.contrib.autofirma.codec import Unreadable, cipher, decipher
from core.signing.contrib.autofirma.protocol import ID_LENGTH, new_id, new_key, properties
from tests.signing import autofirma

KEYS = st.from_regex(r"[0-9]{8}", fullmatch=True)


@given(data=st.binary(max_size=200), key=KEYS)
def test_what_is_ciphered_reads_back(data: bytes, key: str) -> None:
    assert decipher(cipher(data, key), key) == data


@given(data=st.binary(max_size=200), key=KEYS)
def test_autofirma_and_the_portal_read_each_other(data: bytes, key: str) -> None:
    assert autofirma.decipher(cipher(data, key), key.encode()) == data
    assert decipher(autofirma.cipher(data, key.encode()), key) == data


@given(data=st.binary(min_size=1, max_size=60), key=KEYS)
def test_either_alphabet_is_read_padded_or_not(data: bytes, key: str) -> None:
    padding, _dot, body = cipher(data, key).partition(".")
    raw = base64.urlsafe_b64decode(body)
    for text in (base64.b64encode(raw).decode(), body.rstrip("="), f"{body}\r\n"):
        assert decipher(f"{padding}.{text}", key) == data


@given(st.text(max_size=60))
def test_anything_else_is_unreadable_and_breaks_nothing(text: str) -> None:
    with contextlib.suppress(Unreadable):
        decipher(text, "12345678")


def test_a_known_block() -> None:
    """DES of FIPS 46-3: three times the same key is the plain cipher, padded with zeros."""
    assert cipher(b"Now is t", "\x01\x23\x45\x67\x09\x2b\x4d\x6f").startswith("0.")
    assert cipher(b"12345", "12345678")[:2] == "3."


@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.text("abc:;.= 123", max_size=20), max_size=5))
def test_properties_hold_nothing_that_an_address_changes(values: dict[str, str]) -> None:
    text = properties(values)
    assert not set("+/") & set(text)
    assert base64.b64decode(text).decode() == "\n".join(f"{name}={value}" for name, value in values.items())


def test_properties_that_would_be_changed_are_refused() -> None:
    with pytest.raises(ValueError):
        properties({"a": "x>y"})


def test_identifiers_are_what_autofirma_takes_and_never_come_twice() -> None:
    made = {new_id() for _time in range(500)}
    assert len(made) == 500 and all(len(one) == ID_LENGTH and one.isalnum() and one.isascii() for one in made)
    assert all(len(new_key()) == 8 and new_key().isdecimal() for _time in range(50))
