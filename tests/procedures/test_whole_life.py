"""Each of the 252 is filed with right answers, refused without any obligatory one, worked by the roles of its steps,
and closed with what it ends with."""

import copy
from dataclasses import replace

import pytest

from case_files.constants import State, TaskState
from case_files.models import CaseDocument, CaseFile
from case_files.outputs import all_outputs, output_of
from core.audit.constants import Level
from core.identity.constants import Role
from core.municipalities.scope import acting_for
from procedures.catalogue import FormField, find_definition
from procedures.constants import FieldType
from procedures.models import Draft, Procedure
from procedures.services import Incomplete, journey_of, submit
from procedures.services.completing import fill
from procedures.steps import DOCUMENTS
from tests.cast import Cast

from .whole_life import Office, begin, output_stands

CHUNKS = 4


def inputs_without(draft: Draft, field: FormField) -> Draft:
    """The draft as it would be had this question not been answered."""
    less = copy.copy(draft)
    less.data = {
        slug: {
            name: values
            for name, values in inputs.items()
            if name != field.name and not (name.startswith(f"{field.name}_") and step_of(field) == slug)
        }
        for slug, inputs in draft.data.items()
    }
    return less


def step_of(field: FormField) -> str:
    return str(field.page)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_each_procedure_is_filed_worked_and_closed(online: Cast, chunk: int) -> None:
    ane = replace(online.citizen(online.ane), level=Level.CERTIFICATE, proved=True)
    office = Office({role: replace(online.clerk(), roles=frozenset({role})) for role in Role}, ane)
    for code in Procedure.objects.order_by("position").values_list("code", flat=True)[chunk::CHUNKS]:
        definition = find_definition(code)
        assert definition
        with acting_for(online.mundaka.pk):
            draft, journey = begin(code, ane)
            for field in journey.form.asked(journey.answers):
                if field.required and field.type != FieldType.FILE:
                    less = inputs_without(draft, field)
                    with pytest.raises(Incomplete):
                        fill(less, journey_of(less, email="ane@example.eus", actor=ane))
            if any(slot.required for step in journey.steps if step.slug == DOCUMENTS for slot in step.slots):
                bare = copy.copy(draft)
                bare.attachments = []
                with pytest.raises(Incomplete):
                    fill(bare, journey_of(bare, email="ane@example.eus", actor=ane))
            sent = submit(draft=draft, journey=journey, actor=ane)
            assert sent.result["reference"] and bool(sent.result.get("number")) == definition.is_registered, code
            case_file = office.work(CaseFile.objects.get(pk=sent.case_file_id))
            assert case_file.state == State.CLOSED, code
            assert not case_file.tasks.filter(state=TaskState.OPEN).exists(), code
            if output_of(definition.output):
                kinds = set(CaseDocument.objects.filter(case_file=case_file).values_list("type_code", flat=True))
                assert definition.output in kinds, (code, kinds)


def test_every_output_of_the_catalogue_is_known(catalogue: None) -> None:
    assert set(Procedure.objects.values_list("output", flat=True)) - {"resolution"} == set(all_outputs())


def test_what_a_file_ends_with_is_sealed_and_verifies(online: Cast) -> None:
    ane = replace(online.citizen(online.ane), level=Level.CERTIFICATE, proved=True)
    office = Office({role: replace(online.clerk(), roles=frozenset({role})) for role in Role}, ane)
    definition = find_definition("REG-008")
    assert definition
    with acting_for(online.mundaka.pk):
        draft, journey = begin("REG-008", ane)
        sent = submit(draft=draft, journey=journey, actor=ane)
        case_file = CaseFile.objects.get(pk=sent.case_file_id)
        assert not output_stands(case_file, definition)
        assert output_stands(office.work(case_file), definition)
