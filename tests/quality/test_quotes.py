"""One kind of quotation marks: « » in Basque and Spanish, “ ” in English."""

import csv

import pytest
from babel.messages.pofile import read_po

from tests.quality.size import ROOT


@pytest.mark.parametrize("language", ["eu", "es"])
def test_basque_and_spanish_quote_with_angles(language: str) -> None:
    found = []
    for path in sorted(ROOT.glob(f"locale/*/{language}/LC_MESSAGES/django.po")):
        with path.open("rb") as opened:
            for message in read_po(opened):
                texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
                found += [f"{path.parts[-4]}: {text}" for text in texts if {"“", "”"} & set(text or "")]
    for path in sorted(ROOT.glob("procedures/data/*.csv")):
        with path.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened, delimiter=";"):
                cells = [text for column, text in row.items() if column.endswith(f"_{language}")]
                found += [f"{path.name}: {text}" for text in cells if {"“", "”", '"'} & set(text)]
    assert not found
