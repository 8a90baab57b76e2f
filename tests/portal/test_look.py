"""Rosettes, themes and contrast."""

import re
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.municipalities.services import rosette, rosette_svg
from portal import contrast
from tests.cast import Cast

COLOUR = st.from_regex(r"\A#[0-9a-f]{6}\Z")
NAMES = [
    "Mundaka",
    "Balmaseda",
    "Galdakao",
    "Bizkaia",
    "Abanto y Ciérvana-Abanto Zierbena",
    "Bilbao",
    "Bermeo",
    "Getxo",
]


def test_a_name_always_gives_the_same_rosette() -> None:
    assert rosette("Mundaka") == rosette("Mundaka")
    assert len({rosette(name) for name in NAMES}) == len(NAMES)


def test_a_rosette_file_is_an_image_by_itself() -> None:
    svg = rosette_svg("Mundaka", first="#0f3d5c", second="#b93a22")
    assert svg.startswith("<svg xmlns=") and "currentColor" not in svg


def test_black_on_white_is_twenty_one() -> None:
    assert contrast.ratio("#000000", "#ffffff") == pytest.approx(21)


@given(COLOUR, COLOUR)
def test_there_is_always_a_nearest_shade_that_can_be_read(colour: str, against: str) -> None:
    assert contrast.ratio(contrast.nearest_passing(colour, against), against) >= contrast.MINIMUM


@given(COLOUR, COLOUR)
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str, against: str) -> None:
    if contrast.ratio(colour, against) >= contrast.MINIMUM:
        assert contrast.nearest_passing(colour, against) == colour


def test_pale_colours_are_refused_with_a_shade_that_passes() -> None:
    pale = {"brand": "#88aacc", "brand_deep": "#0a2a41", "accent": "#ff8800", "glow": "#f2b632", "tint": "#e8f0f4"}
    found = {problem.colour: problem for problem in contrast.problems(pale | {"on_brand": "#ffffff"})}
    assert found.keys() >= {"brand", "accent"}
    assert contrast.ratio(found["accent"].nearest, "#ffffff") >= 4.5


def test_theme_is_kept_for_ever_under_its_own_address(cast: Cast, client: Client) -> None:
    page = client.get("/mundaka/eu/").content.decode()
    address = page.split('rel="stylesheet" href="/mundaka/theme/')[1].split('"')[0]
    response = client.get(f"/mundaka/theme/{address}")
    assert "immutable" in response["Cache-Control"]
    assert "--mu-brand:#0f3d5c" in response.content.decode()
    assert "immutable" not in client.get("/mundaka/theme/mundaka.000000.css")["Cache-Control"]


def test_every_icon_of_the_templates_is_in_the_sprite() -> None:
    root = Path(__file__).parents[2]
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (root / "static/icons/sprite.svg").read_text()))
    used = {
        icon for page in root.glob("templates/**/*.html") for icon in re.findall(r'% icon "([\w-]+)"', page.read_text())
    }
    assert used <= drawn
