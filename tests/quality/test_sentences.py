"""Whatever is written in the audit says, in words, what happened."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation

from biscaytik.demo.county import LOADED
from case_files.history import SENTENCES
from core.audit.models import AuditRow
from core.audit.services import explain, sentences
from core.notifications.constants import CLOSED
from town_hall.appointments.constants import SAID

BASE = Path(settings.BASE_DIR)
ROOMS = ("biscaytik", "portal", "mail_accounts", "census", "town_hall", "procedures", "case_files", "registry", "core")
# codes that are put together, and everything they may become
PUT_TOGETHER = {
    "appointments.{state.value}": {f"appointments.{state.value}" for state in SAID},
    "notifications.{state}": {f"notifications.{state}" for state in CLOSED},
    "case_files.{code}": {f"case_files.{code}" for code in SENTENCES},
    "signing.{state}": {"signing.cancelled", "signing.declined"},
    "representation.{state}": {f"representation.{state}" for state in ("accepted", "refused", "renounced")},
    "identity.module_{code}": {"identity.module_adopted", "identity.module_given_up"},
    "admin.{what}": {"admin.added", "admin.changed", "admin.deleted"},
}
NAMED = {"LOADED": {LOADED}, "action": {"registry.annulled", "registry.corrected"}}
OWN = BASE / "core" / "audit" / "services.py"  # hands codes on
EVENTS = {"write", "event", "audit"}  # of case_files.services.base: the code is the second argument


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for room in ROOMS:
        for path in sorted((BASE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    yield path, node, node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def codes_of(argument: ast.expr) -> set[str]:
    """Every code that an argument may be; an argument that can't be read is returned as it stands, to be seen."""
    match argument:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp():
            return codes_of(argument.body) | codes_of(argument.orelse)
        case ast.JoinedStr():
            return PUT_TOGETHER.get(text := ast.unparse(argument)[2:-1], {text})
        case ast.Name(id=name) if name in NAMED:
            return NAMED[name]
    return {ast.unparse(argument)}


def recorded() -> set[str]:
    """Every code that the source records."""
    found: set[str] = set()
    for path, call, name in calls():
        if name in ("record", "row") and path != OWN:
            found |= codes_of(call.args[0])
        elif name == "record_reading":
            found |= {f"{code}.read" for code in codes_of(call.args[0])}
    return found


def test_every_recorded_code_has_its_sentence() -> None:
    assert sorted(recorded() - set(sentences)) == []


def test_every_event_of_a_case_file_has_its_sentence() -> None:
    used = set()
    for path, call, name in calls():
        if path.is_relative_to(BASE / "case_files") and name in EVENTS and len(call.args) > 1:
            used |= {code for code in codes_of(call.args[1]) if code != "code"}
    assert sorted(used - {"read", *SENTENCES}) == []
    assert len(used) > 10


def test_every_sentence_is_said_in_basque_and_in_spanish() -> None:
    row = AuditRow(actor_name="Ane", object_ref="X", reason="Y", data={}, object_type="")
    said: dict[str, dict[str, str]] = {}
    for language in ("eu", "es", "en"):
        with translation.override(language):
            for code in sentences:
                row.action = code
                said.setdefault(code, {})[language] = explain(row)
    assert {code: words for code, words in said.items() if len(set(words.values())) < len(words)} == {}
