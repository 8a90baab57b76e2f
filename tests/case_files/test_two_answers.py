"""The last two look-ups of a step, answered at the same moment by two workers. In real transactions."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from case_files.models import CaseTask
from case_files.services import looking_up
from core.audit.services import SYSTEM
from core.interoperability.models import DataLookup
from core.interoperability.services import ask_outside, look_up
from core.municipalities.scope import acting_for
from tests.cast import Cast

from .files import opened
from .test_two_clerks import at_once

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = {"large_family": "large_family", "social_security": "ss_certificate"}


def test_the_step_is_settled_by_whichever_comes_second(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_for(cast.mundaka.pk):
        file = opened(cast)
        names = {"eu": "x", "es": "x", "en": "x"}
        file.form = {"looked_up": [{"code": code, "names": names, "required": True} for code in KINDS.values()]}
        file.save(update_fields=["form"])
        person = cast.ane.person
        assert person
        rows = [
            look_up(
                kind=kind,
                person=person,
                case_reference=file.reference,
                procedure_code="URB-002",
                purpose="x",
                actor=SYSTEM,
            )
            for kind in KINDS
        ]
        task = CaseTask.objects.get(case_file=file, state="open")
    both = threading.Barrier(2)

    def ask_and_wait(lookup_id: int) -> DataLookup:
        answered = ask_outside(lookup_id)
        both.wait(10)  # neither has committed
        return answered

    monkeypatch.setattr(looking_up, "ask_outside", ask_and_wait)

    def worker(row: DataLookup) -> Callable[[], Any]:
        payload = {"lookup": row.pk, "reference": file.reference, "step": task.step}
        return lambda: looking_up._ask(payload)

    at_once(cast, *map(worker, rows))
    with acting_for(cast.mundaka.pk):
        assert {row.state for row in DataLookup.objects.all()} == {"answered"}
        assert CaseTask.objects.get(pk=task.pk).state == "done"
