"""Reading a draft as a whole: every step and document checked again, whatever was found right when it was saved."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit.constants import Level
from core.audit.services import Actor
from core.municipalities.services import DomainError
from procedures.catalogue import Definition, FormField, in_language
from procedures.constants import AppliesAs, FieldType, IdentityLevel
from procedures.forms.applicant import Applicant, applicant_of
from procedures.forms.showing import said, show
from procedures.models import Draft
from procedures.steps import DOCUMENTS, JOINT, Journey, Step

LEVELS = {
    IdentityLevel.NONE: Level.NONE,
    IdentityLevel.EMAIL: Level.ACCOUNT,
    IdentityLevel.CERTIFICATE: Level.CERTIFICATE,
}


class Incomplete(DomainError):
    """Something is missing or wrong in a step, named by its slug."""

    def __init__(self, step: str, count: int) -> None:
        message = ngettext(
            "There is %(count)s answer to put right before this can be sent.",
            "There are %(count)s answers to put right before this can be sent.",
            count,
        )
        super().__init__(message % {"count": count}, code="incomplete")
        self.step = step


@dataclass(frozen=True)
class Filled:
    """A draft that is right from the first question to the last."""

    applicant: Applicant
    values: dict[str, Any]  # field → what is kept of the answer
    fields: list[FormField]  # those that were asked, in order


def fill(draft: Draft, journey: Journey) -> Filled:
    """Check every step again and read it; Incomplete for the first one that is not right. No statement."""
    values: dict[str, Any] = {}
    fields: list[FormField] = []
    for step in journey.steps:
        values |= _values(draft, journey, step)
        fields += step.fields
    applicant = applicant_of(values, journey.definition, email=journey.email, language=draft.language)
    names = {field.name for field in fields}
    return Filled(applicant, {name: value for name, value in values.items() if name in names}, fields)


def _values(draft: Draft, journey: Journey, step: Step) -> dict[str, Any]:
    if step.slug == DOCUMENTS:
        if missing := missing_documents(draft, step):
            raise Incomplete(step.slug, len(missing))
        return {}
    form = journey.form_for(step)
    if not form.is_bound or not form.is_valid():
        raise Incomplete(step.slug, sum(len(errors) for errors in form.errors.values()) or len(form.fields))
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [])}


def missing_documents(draft: Draft, step: Step) -> list[str]:
    """The codes of the required documents that are not there."""
    there = {attachment["type"] for attachment in draft.attachments}
    return [slot.code for slot in step.slots if slot.required and slot.code not in there]


def level_needed(definition: Definition, own: str, applies_as: str) -> Level:
    """`own` is the town's level, where it has set one; a legal person always needs a certificate (art. 14.2)."""
    if applies_as == AppliesAs.COMPANY:
        return Level.CERTIFICATE
    return LEVELS[IdentityLevel(own or definition.identity_level)]


def require_level(actor: Actor, needed: Level) -> None:
    """DomainError with code `level` where the session does not know well enough who is there."""
    if actor.level >= needed and (needed < Level.CERTIFICATE or actor.proved):
        return
    if needed == Level.ACCOUNT:
        raise DomainError(_("Sign in to send this request. What you have written is saved."), code="level")
    raise DomainError(
        _("Identify yourself with a certificate or BakQ to send this request. What you have written is saved."),
        code="level",
    )


def lines_of(filled: Filled, journey: Journey) -> list[dict[str, Any]]:
    """Question and answer in Basque and Spanish, for documents and the case file."""
    others = "\n".join(f"{one['name']} ({one['identifier']})" for one in filled.applicant.others)
    together = {"name": JOINT, "label": {"eu": "Nork eskatzen duen batera", "es": "Quién lo pide conjuntamente"}}
    return [
        *([together | {"value": others}] if others else []),
        *_answered(filled, journey),
    ]


def _answered(filled: Filled, journey: Journey) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": {"eu": field.labels["eu"], "es": field.labels["es"]},
            "value": said(field, filled.values[field.name], journey.town_options),
        }
        for field in filled.fields
        if field.name in filled.values
    ]


def shown_lines(step: Step, values: dict[str, Any], journey: Journey) -> list[tuple[str, str]]:
    """Question and answer in the reader's language, for the check page."""
    return [
        (in_language(field.labels), show(field, values.get(field.name), journey.town_options)) for field in step.fields
    ]


def attachment_names(journey: Journey, code: str) -> dict[str, str]:
    """The name of a kind of document, {eu, es, en}."""
    documents = {document.code: document.names for document in journey.form.documents}
    files = {f"field:{one.name}": one.labels for one in journey.form.fields if one.type == FieldType.FILE}
    consent = {"eu": "Leihatilan sinatutako baimena", "es": "Consentimiento firmado en ventanilla"}
    if code == "consent" and code not in documents:
        return consent | {"en": "Consent signed at the desk"}
    return documents.get(code) or files.get(code) or {"eu": code, "es": code, "en": code}
