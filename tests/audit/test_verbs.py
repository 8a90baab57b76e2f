"""Whoever changes something leaves a row in the audit, in the transaction of the change."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.audit.verbs import ACTS
from tests.cast import Cast
from tests.quality.test_fronts import ROOMS

# public functions that take an actor and are no verbs of their own, and why
NO_VERBS = {
    "row and record are what writes it": "core.audit: record record_reading row",
    "an unsaved row, which its verb saves": (
        "core.documents: new_document new_upload; procedures: consent_of extract statement; census: state"
    ),
    "an unsaved paper of what `stays_as_declared` has just written and audited": "census: proof_of_staying",
    "a part of the verbs that call it": (
        "case_files: adhere advance audit begin end end_early end_joinings end_task enter_exit enter_filing event "
        "free_visits go_on paper send_ask skip_to_decision stop_signing tell wait_is_over write; "
        "town_hall.appointments: free_hours"
    ),
    "the notices of a power's own verbs": "core.representation: tell_agent tell_grantor tell_it_ended",
    "a line of the entry, which `registry.register` has audited": "case_files: record_registration",
    "it only reads": "procedures: journey_of look export_form; case_files: find_case_files",
    "a form is nothing until it is published": "procedures: arrange discard_sketch replace_sketch save_question",
    "a draft is the citizen's own paper until she sends it": (
        "procedures: attach discard mark_done remove_attachment reuse save_draft save_objections save_step start"
    ),
}


def excused() -> set[str]:
    found = set()
    for line in "; ".join(NO_VERBS.values()).split("; "):
        room, _, names = line.partition(": ")
        found |= {f"{room}.{name}" for name in names.split()}
    return found


def public_verbs() -> Iterator[str]:
    """`room.function` for each public function of a room's services with a keyword-only `actor`."""
    for room in ROOMS:
        try:
            front = importlib.import_module(f"{room}.services")
        except ModuleNotFoundError:
            continue
        parts = [part.name for part in pkgutil.iter_modules(getattr(front, "__path__", ()), f"{front.__name__}.")]
        for module in (front, *map(importlib.import_module, parts)):
            for name, function in vars(module).items():
                inner = inspect.unwrap(function) if inspect.isfunction(function) else None
                if inner is None or name.startswith("_") or inner.__module__ != module.__name__:
                    continue
                actor = inspect.signature(inner).parameters.get("actor")
                if actor is not None and actor.kind is actor.KEYWORD_ONLY:
                    yield f"{room}.{name}"


def written() -> int:
    """Rows of the audit that the transaction of now has inserted, whoever may read them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_tuples_inserted('audit_auditrow'::regclass)")
        return int(cursor.fetchone()[0])


def test_no_verb_is_missing_from_the_table() -> None:
    found = set(public_verbs())
    assert found - excused() == set(ACTS)
    assert excused() <= found


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_a_verb_leaves_its_row(in_mundaka: Cast, verb: str) -> None:
    act = ACTS[verb](in_mundaka)
    before = written()
    act()
    assert connection.in_atomic_block and written() > before
