"""A request that ends undecided owes nothing: its charge goes with it; what was decided may leave a debt."""

from dataclasses import replace

import pytest

from case_files.constants import Outcome
from case_files.models import CaseFile
from case_files.services import close, fees, history_sentence, note_fee, resolve, to_do, withdraw
from core.audit.models import AuditRow
from core.identity.constants import Role
from core.municipalities.scope import acting_for, reading_own
from core.payments.constants import ChargeState
from core.payments.models import Charge
from core.payments.services import my_charges
from tests.cast import Cast

from .files import TEXT, do, open_task, opened, walk_to


def owing(cast: Cast, template: str = "LICE") -> CaseFile:
    """A file whose fee is still to be paid."""
    case_file = opened(cast, template)
    fees.charge_fee(case_file, amount_cents=9253, concept={"eu": "Tasa", "es": "Tasa"}, actor=cast.clerk())
    return case_file


def states() -> list[str]:
    return list(Charge.objects.order_by("pk").values_list("state", flat=True))


def test_withdrawn_it_owes_nothing(in_mundaka: Cast) -> None:
    case_file = owing(in_mundaka)
    withdraw(case_file=case_file, key="w", actor=in_mundaka.citizen(in_mundaka.ane))
    assert states() == [ChargeState.CANCELLED]
    row = AuditRow.objects.get(action="payments.cancelled")
    assert row.subject_person_id == in_mundaka.ane.person_id and case_file.reference in row.reason
    assert "92,53 €" in history_sentence(case_file.events.get(code="fee_cancelled"))


def test_her_folder_asks_for_the_money_until_she_withdraws(cast: Cast) -> None:
    ane = cast.citizen(cast.ane)

    def asked() -> list[str]:
        with reading_own(ane.person_id or 0):
            return [thing.what for thing in to_do(ane.person_id or 0, my_charges())]

    with acting_for(cast.mundaka.pk):
        case_file = owing(cast)
    assert asked() == ["fee"]
    with acting_for(cast.mundaka.pk):
        withdraw(case_file=case_file, key="w", actor=ane)
    assert asked() == []


def test_closed_undecided_it_owes_nothing_whoever_closes_it(in_mundaka: Cast) -> None:
    officer = replace(in_mundaka.clerk(), roles=frozenset({Role.CENSUS_OFFICER}))  # who has no say over money
    close(case_file=owing(in_mundaka, "COUN"), reason="Ez da etorri", actor=officer)
    assert states() == [ChargeState.CANCELLED]


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.INADMISSIBLE])
def test_ended_early_it_owes_nothing(in_mundaka: Cast, outcome: Outcome) -> None:
    resolve(case_file=owing(in_mundaka), outcome=outcome, text=TEXT, actor=in_mundaka.clerk())
    assert states() == [ChargeState.CANCELLED]


def test_a_decision_leaves_what_is_owed(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    note_fee(task=walk_to(case_file, "fee_settlement", in_mundaka.clerk()), amount_cents=500, actor=in_mundaka.clerk())
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk(), Outcome.DENIED)
    assert states() == [ChargeState.DUE]


def test_what_is_paid_stays_paid(in_mundaka: Cast) -> None:
    case_file = owing(in_mundaka)
    Charge.objects.update(state=ChargeState.PAID)
    withdraw(case_file=case_file, key="w", actor=in_mundaka.citizen(in_mundaka.ane))
    assert states() == [ChargeState.PAID]
    assert open_task(case_file).step == "resolution"


def test_a_census_officer_alone_changes_what_is_due(in_mundaka: Cast) -> None:
    case_file = owing(in_mundaka)
    officer = replace(in_mundaka.clerk(), roles=frozenset({Role.CENSUS_OFFICER}))
    concept = {"eu": "Tasa", "es": "Tasa"}
    charged = fees.charge_fee(case_file, amount_cents=1200, concept=concept, actor=officer)
    assert charged and states() == [ChargeState.CANCELLED, ChargeState.DUE]
    row = AuditRow.objects.get(action="payments.cancelled")
    assert row.actor_kind == "system" and "92,53 €" in row.reason and "12,00 €" in row.reason
