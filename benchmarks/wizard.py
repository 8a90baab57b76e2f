"""A form of 95 fields, over HTTP with one client and production settings: how long the server takes to save a step.

A step is measured from its POST to the last byte of the answer, which leads to the next step. The form has pages of
twelve fields, every type of answer and questions that hang on others; beside, the same 95 fields on a single page.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.lab import laboratory, resident_mb, wait_until
from benchmarks.submission import Browser
from benchmarks.submission_world import TOWN, YOU
from benchmarks.submission_world import session as session_of
from biscaytik.launcher import process
from biscaytik.launcher.stack import Stack

FIELDS, A_PAGE, JOURNEYS = 95, 12, 12
PAGED, WHOLE = "BEN-095", "BEN-096"
# a page's questions, again and again: (type, obligatory); the second hangs on the first
KINDS = (
    ("select", True), ("text", True), ("text", True), ("textarea", False), ("date", True), ("number", True),
    ("address", True), ("money", False), ("boolean", True), ("phone", True), ("multiselect", True),
    ("person_list", True),
)  # fmt: skip
OPTIONS = [{"value": value, "eu": value, "es": value, "en": value} for value in ("one", "two", "three", "four")]
DATE = {"_0": "12", "_1": "3", "_2": "2027"}
ADDRESS = {"_0": "Kepa Deuna", "_1": "3", "_2": "2. A", "_3": "48360", "_4": "Mundaka"}
PERSON = {"_count": "1", "_0_name": "Miren", "_0_surnames": "Bilbao", "_0_identifier": "", "_0_birth_date": "1/2/1980"}
SAID: dict[str, dict[str, str]] = {
    "select": {"": "one"}, "text": {"": "Zerbait"}, "textarea": {"": "Lerro bat\neta beste bat."}, "date": DATE,
    "number": {"": "12,5"}, "address": ADDRESS, "money": {"": "1.250,50"}, "boolean": {"": "yes"},
    "phone": {"": "946870000"}, "multiselect": {"": "two"}, "person_list": PERSON,
}  # fmt: skip


def questions(a_page: int) -> list[dict[str, Any]]:
    """The 95 fields as a definition has them."""
    made = []
    for at in range(FIELDS):
        kind, required = KINDS[at % len(KINDS)]
        hangs = {"field": f"q{at - 1}", "equals": ["one", "two"]} if at % len(KINDS) == 1 else {}
        made.append(
            {
                "name": f"q{at}", "type": kind, "required": required, "page": 1 + at // a_page, "condition": hangs,
                "options": OPTIONS if "select" in kind else [], "town_list": "", "locked": required,
                "labels": {"eu": f"{at}. galdera", "es": f"Pregunta {at}", "en": f"Question {at}"},
                "hints": {"eu": "Laguntza", "es": "Ayuda", "en": "Help"}, "helps": {"eu": "", "es": "", "en": ""},
            }
        )  # fmt: skip
    return made


def answers(page: int, a_page: int) -> dict[str, str]:
    """Right answers to one page."""
    asked = range((page - 1) * a_page, min(page * a_page, FIELDS))
    said = {f"q{at}{part}": text for at in asked for part, text in SAID[KINDS[at % len(KINDS)][0]].items()}
    return said | {"go_on": "1"}


def measure(port: int, session: str, code: str, a_page: int, journeys: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each saved step and of each step's page, after one journey that warms up."""
    browser, saved, shown = Browser(port, session), list[float](), list[float]()
    pages = -(-FIELDS // a_page)
    for turn in range(journeys + 1):
        at, _page = browser.call(f"/{TOWN}/eu/procedures/{code}/start/", {"another": "1"})
        at, _page = browser.call(at, YOU)
        for page in range(1, pages + 1):
            began = time.perf_counter()
            browser.call(at)
            middle = time.perf_counter()
            led_to, _page = browser.call(at, answers(page, a_page))
            ended = time.perf_counter()
            if not led_to or led_to == at:
                raise RuntimeError(f"{code}: page {page} is not taken: {_page[:2000]!r}")
            if turn:
                shown.append((middle - began) * 1000)
                saved.append((ended - middle) * 1000)
            at = led_to
    return saved, shown


def percentile(took: list[float]) -> float:
    return round(statistics.quantiles(took, n=20)[-1], 1)


def run() -> tuple[dict[str, Any], dict[str, Any]]:
    commands = [("collectstatic", "--noinput", "--verbosity=0"), ("load_municipalities",), ("load_catalogue",)]
    with laboratory(*commands) as environment, tempfile.TemporaryDirectory() as logs:
        asked = [sys.executable, "-m", "benchmarks.wizard"]
        made = subprocess.run(asked, env=os.environ | environment, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(made.stderr)
        session, port = made.stdout.strip(), process.free_port()
        environment["CSRF_TRUSTED_ORIGINS"] = f"https://127.0.0.1:{port}"
        with Stack(environment, port=port, logs=Path(logs), parts=["web"]) as stack:
            wait_until(lambda: Browser(port, session).call(f"/{TOWN}/eu/procedures/{PAGED}/start/"), stack)
            saved, shown = measure(port, session, PAGED, A_PAGE, JOURNEYS)
            whole, whole_shown = measure(port, session, WHOLE, FIELDS, 3 * JOURNEYS)
            figures = {
                "step_p95_ms": percentile(saved),
                "step_median_ms": round(statistics.median(saved), 1),
                "page_p95_ms": percentile(shown),
                "single_page_step_p95_ms": percentile(whole),
                "single_page_step_median_ms": round(statistics.median(whole), 1),
                "single_page_page_p95_ms": percentile(whole_shown),
                "web_rss_mb": resident_mb(stack, "web"),
            }
    return figures, {"fields": FIELDS, "pages": -(-FIELDS // A_PAGE), "steps_measured": len(saved), "clients": 1}


def furnish() -> str:
    """Both procedures, on line in the town, and a signed-in account's session."""
    from core.municipalities.models import ModuleAdoption
    from core.municipalities.scope import acting_for
    from core.municipalities.services import find_by_slug
    from procedures.catalogue import write_versions
    from procedures.models import Family, Procedure, WorkflowTemplate
    from procedures.services import enable_procedures

    for code, a_page in ((PAGED, A_PAGE), (WHOLE, FIELDS)):
        procedure = Procedure.objects.create(
            code=code, family=Family.objects.get(prefix="URB"), workflow=WorkflowTemplate.objects.get(code="LICE"),
            applicants=["citizen", "representative"], identity_level="email", position=999,
            name_eu="Neurtzeko izapidea", name_es="Trámite de medida", name_en="Procedure for measuring",
        )  # fmt: skip
        write_versions({procedure.pk: {"fields": questions(a_page), "documents": []}})
    town = find_by_slug(TOWN)
    assert town
    with acting_for(town.municipality.pk):
        for module in ("registry", "case_files", "procedures"):
            ModuleAdoption.objects.get_or_create(municipality=town.municipality, module=module)
        enable_procedures(town.municipality.pk, [PAGED, WHOLE])
    return session_of("bench@example.eus")


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(furnish())
