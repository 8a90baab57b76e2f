"""Sealed, tagged PDF/A volantes a second on one core, beside the same page by bare WeasyPrint in the same run."""

import gc
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.test.utils import override_settings

SECONDS = 20.0
ROUNDS = 10

GIVEN = ("Ane", "Jon", "Miren", "Koldo", "Nerea", "Iñaki", "Begoña", "Andoni")
SURNAMES = ("Etxebarria", "Uriarte", "Aldana", "Goiri", "Bilbao", "Ortiz", "Zabala", "Ibarguengoitia")


def run() -> tuple[dict[str, Any], dict[str, Any]]:
    """The two take turns, so that a busy machine is as hard on the one as on the other; processor time is counted."""
    with tempfile.TemporaryDirectory() as folder, override_settings(SEAL_P12=f"{folder}/seal.p12", SEAL_PASSPHRASE="x"):
        from core.documents.demo_seal import make_demo_seal

        make_demo_seal(Path(folder, "seal.p12"), "x")
        with patch("core.documents.page.find_town", _mundaka), patch("core.documents.resources.find_town", _mundaka):
            return _measure(_pages())


def _measure(pages: Iterator[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    from core.documents import rendering, sealing

    ways: dict[str, Callable[[str], Any]] = {
        "sealed": lambda html: rendering.render(html, seal=sealing.load_seal()),
        "bare": _bare,
    }
    for way in ways.values():  # imports, fonts, caches
        way(next(pages))
    gc.collect()
    gc.freeze()
    spent, made, wall = dict.fromkeys(ways, 0.0), dict.fromkeys(ways, 0), time.perf_counter()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            while time.process_time() - began < SECONDS / ROUNDS / len(ways):
                way(next(pages))
                made[name] += 1
            spent[name] += time.process_time() - began
    figures = {f"{name}_per_second_per_core": round(made[name] / spent[name], 2) for name in ways}
    beside = {
        "bare_per_second_per_core": figures["bare_per_second_per_core"],
        "documents": sum(made.values()),
        "processor_share": round(sum(spent.values()) / (time.perf_counter() - wall), 2),
    }
    return figures, beside


def _bare(html: str) -> bytes:
    """As WeasyPrint's own first page shows it, with the same sheet and pictures: no seal, no tags, no PDF/A."""
    from weasyprint import CSS, HTML

    from core.documents.resources import OwnResources

    fetcher = OwnResources()
    sheet = Path("core/documents/print.css").read_text()
    return bytes(HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[CSS(string=sheet, url_fetcher=fetcher)]))


def _pages() -> Iterator[str]:
    """Volantes of different people, from the real template; no database is asked."""
    from core.documents.codes import new_csv
    from core.documents.models import Document
    from core.documents.page import page_html

    draw = random.Random(48)
    for number in itertools.count():
        context = {
            "holder_name": f"{draw.choice(GIVEN)} {draw.choice(SURNAMES)} {draw.choice(SURNAMES)}",
            "holder_identifier": f"{draw.randrange(10**8):08}Z",
            "birth_date": f"19{draw.randrange(40, 99)}-0{draw.randrange(1, 9)}-1{draw.randrange(9)}",
            "birth_place": "Gernika-Lumo",
            "nationality": {"eu": "Espainia", "es": "España"},
            "address": f"Kepa Deuna kalea {draw.randrange(1, 80)}, {draw.randrange(1, 6)}. ezk.",
            "postcode": "48360",
            "place": "Mundaka",
            "section": "01-001",
            "registered_since": "1984-03-20",
            "address_since": "2011-09-01",
            "issued_at": "2026-11-22T10:31:05+01:00",
            "purpose": "",
            "reference": f"MUN-2026-{number:06}",
        }
        document = Document(
            municipality_id=1,
            kind="TD11",
            title_eu="Banako errolda-agiria (bolantea)",
            title_es="Volante de empadronamiento individual",
            template="volante",
            language="bi",
            csv=new_csv(),
            context=context,
        )
        yield page_html(document)


def _mundaka(municipality_id: int) -> Any:
    from core.municipalities.models import Municipality, Theme
    from core.municipalities.services import Town

    hall = Municipality(
        pk=1, slug="mundaka", name_official="Mundaka", hall_eu="Mundakako Udala", hall_es="Ayuntamiento de Mundaka"
    )
    return Town(hall, Theme(municipality=hall), frozenset())
