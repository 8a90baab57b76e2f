"""Each of the 252 procedures builds its pages, takes right answers, and names each missing one."""

import pytest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from core.audit.constants import ActorKind, Channel
from core.audit.services import Actor
from procedures.catalogue import find_definition
from procedures.constants import FieldType
from procedures.forms.applicant import applicant_of
from procedures.models import Procedure
from procedures.services.completing import Filled, lines_of
from procedures.steps import DOCUMENTS, Journey
from tests.procedures.answers import YOU, samples

VISITOR = Actor(kind=ActorKind.CITIZEN, channel=Channel.WEB)
FAMILIES = 29


def as_sent(data: dict[str, str]) -> MultiValueDict[str, str]:
    return MultiValueDict({name: [value] for name, value in data.items()})


@pytest.mark.parametrize("language", ["eu", "es"])
def test_every_procedure_takes_right_answers_and_names_each_missing_one(catalogue: None, language: str) -> None:
    codes = list(Procedure.objects.values_list("code", flat=True))
    assert (len(codes), len({code[:3] for code in codes})) == (252, FAMILIES)
    with override(language):
        for code in codes:
            definition = find_definition(code)
            assert definition
            journey = Journey(definition, definition.form, {}, VISITOR)
            asked = [field for field in definition.form.fields if field.type != FieldType.FILE]
            everything = as_sent(samples(asked))
            values = {}
            for page in definition.form.pages:
                fields = tuple(field for field in definition.form.on_page(page) if field.type != FieldType.FILE)
                step = journey.find(str(page)) or next(iter(journey.steps))
                form = journey.form_for(type(step)(str(page), fields), data=everything)
                assert form.is_valid(), (code, form.errors)
                assert str(form)
                values |= form.cleaned_data
                for field in fields:
                    rest = as_sent(samples(other for other in fields if other is not field))
                    missing = journey.form_for(type(step)(str(page), fields), data=rest)
                    if field.required:
                        message = str(missing.errors[field.name][0])
                        assert field.labels[language] in message, (code, field.name, message)
                    else:
                        assert missing.is_valid(), (code, field.name, missing.errors)
            filled = Filled(applicant_of({}, definition, email="", language=language), values, asked)
            assert all(line["value"]["eu"] and line["value"]["es"] for line in lines_of(filled, journey)), code


def test_every_procedures_steps_begin_with_who_applies_and_end_with_its_documents(catalogue: None) -> None:
    for code in Procedure.objects.values_list("code", flat=True):
        definition = find_definition(code)
        assert definition
        everything = {name: [value] for name, value in {**YOU, **samples(definition.form.fields)}.items()}
        journey = Journey(definition, definition.form, {"all": everything}, VISITOR)
        slugs = [step.slug for step in journey.steps]
        assert slugs[0] == "you", code
        needs = any(document.source == "applicant" or document.needs_consent for document in definition.form.documents)
        assert (DOCUMENTS in slugs) == (needs or any(f.type == FieldType.FILE for f in definition.form.fields)), code
        assert len(slugs) == len(set(slugs)), code
