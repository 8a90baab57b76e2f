"""What clerks fill in, one form a verb."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.documents.constants import DocumentState
from core.documents.models import Document
from core.identity.constants import IdentifierKind
from core.identity.models import User
from core.identity.services import kind_of_number
from core.municipalities.models import Unit
from core.notifications.constants import DeliveryResult

from .citizen_forms import ManyFilesField, answer_fields
from .constants import Capacity, DocumentRole, LinkKind, Outcome
from .history import in_reader_language
from .models import CaseDocument, CaseFile, CaseParty, CaseTask
from .querysets import colleagues
from .reasons import all_reasons
from .services import (
    HEARING_DAYS,
    addable,
    awaited_correction,
    is_warned,
    offered,
    proposed,
    steps_back,
    visits_of,
    what_lacks,
)
from .services.deciding import EARLY
from .services.handling import names_of
from .services.looking_up import unanswered
from .services.workflow import rule_in
from .steps import rule_of

OTHER_PAPERS = (IdentifierKind.PASSPORT, IdentifierKind.OTHER)


class ActionBase(forms.Form):
    """Every form carries the version of the file that its page showed, and which of its open tasks it is about."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case_file: CaseFile, task: CaseTask | None, **kwargs: Any) -> None:
        self.case_file, self.task = case_file, task
        given = {"seen": case_file.version, "task": task.pk if task else None}
        kwargs["initial"] = given | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["task"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.prepare()

    def prepare(self) -> None:
        """For what depends on the file."""


def _area(rows: int, language: str = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **({"lang": language} if language else {})})


class OptionalSteps(ActionBase):
    """Adds the choice of optional steps, where any is offered."""

    def prepare(self) -> None:
        steps = offered(self.case_file)
        if steps and self.task is not None:
            self.fields["optional_next"] = forms.MultipleChoiceField(
                label=_("Add before the next step"),
                choices=[(step["code"], in_reader_language(step["names"])) for step in steps],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def chosen(self) -> list[str]:
        return list(self.cleaned_data.get("optional_next") or [])


class CompleteForm(OptionalSteps):
    note = forms.CharField(
        label=_("Note"), help_text=_("Only clerks read it."), widget=_area(3), required=False, max_length=5000
    )

    def prepare(self) -> None:
        super().prepare()
        lack = what_lacks(self.case_file, self.task.step) if self.task else None
        if lack:
            self.fields["nothing_changes"] = forms.BooleanField(
                label=_("Nothing has to change, and the note says why"), help_text=lack, required=False
            )


class ReportForm(OptionalSteps):
    text_eu = forms.CharField(label=_("Text in Basque"), widget=_area(8, "eu"), required=False, max_length=50000)
    text_es = forms.CharField(label=_("Text in Spanish"), widget=_area(8, "es"), required=False, max_length=50000)
    field_order = ("seen", "outcome", "text_eu", "text_es")

    def prepare(self) -> None:
        super().prepare()
        needed = "es" if self.case_file.language == "es" else "eu"
        field = self.fields[f"text_{needed}"]
        field.required = True
        field.help_text = _("The language of this case file. With both languages the document is bilingual.")
        if needed == "es":
            self.order_fields(("seen", "outcome", "text_es", "text_eu"))

    @property
    def text(self) -> dict[str, str]:
        return {"eu": self.cleaned_data["text_eu"], "es": self.cleaned_data["text_es"]}


class ProposalForm(ReportForm):
    outcome = forms.TypedChoiceField(
        label=_("What is proposed"),
        choices=[(o.value, o.label) for o in (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.DENIED)],
        coerce=Outcome,
        widget=forms.RadioSelect,
    )


class ResolveForm(ReportForm):
    outcome = forms.TypedChoiceField(label=_("Decision"), coerce=Outcome, widget=forms.RadioSelect)

    def prepare(self) -> None:
        super().prepare()
        decides = self.task is not None and rule_of(self.task.step).decides
        granting = [Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.DENIED]
        if decides and self.task is not None and rule_of(self.task.step).form == "answer":
            granting = [Outcome.ANSWERED, *granting]
        early = [outcome for outcome in EARLY if outcome != Outcome.LAPSED or is_warned(self.case_file)]
        outcomes = [*granting, *early] if decides else early
        field: Any = self.fields["outcome"]
        field.choices = [(outcome.value, outcome.label) for outcome in outcomes]
        if decides and (proposal := proposed(self.case_file)):
            texts = {f"text_{language}": text for language, text in proposal.text.items()}
            self.initial = {"outcome": proposal.outcome, **texts, **self.initial}


class EndEarlyForm(ResolveForm):
    def prepare(self) -> None:
        self.task = None
        super().prepare()


class FeeForm(OptionalSteps):
    amount = forms.DecimalField(
        label=_("Amount in euros"),
        help_text=_("0 where nothing is due."),
        min_value=0,
        max_value=1_000_000,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-6"}),
    )
    payable_until = forms.DateField(
        label=_("To be paid by"),
        help_text=_("One month from today where you leave it empty."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CorrectionForm(ActionBase):
    reasons = forms.MultipleChoiceField(label=_("What is missing"), required=False, widget=forms.CheckboxSelectMultiple)
    other_eu = forms.CharField(label=_("Something else, in Basque"), required=False, widget=_area(3, "eu"))
    other_es = forms.CharField(label=_("Something else, in Spanish"), required=False, widget=_area(3, "es"))

    def prepare(self) -> None:
        field: Any = self.fields["reasons"]
        # what a look-up did not bring is ready to be asked for
        prepared = unanswered(self.case_file)
        self.known = {**{f"document:{code}": names for code, names in prepared.items()}, **all_reasons()}
        field.choices = [(code, in_reader_language(names)) for code, names in self.known.items()]
        self.initial["reasons"] = [f"document:{code}" for code in prepared]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("reasons", "other_eu", "other_es")):
            self.add_error("reasons", gettext("Choose at least one thing, or write it."))
        return data

    @property
    def items(self) -> list[dict[str, str]]:
        items = [
            {"text_eu": self.known[code]["eu"], "text_es": self.known[code]["es"]}
            | ({"document_type": code.removeprefix("document:")} if code.startswith("document:") else {})
            for code in self.cleaned_data["reasons"]
        ]
        other = {"text_eu": self.cleaned_data["other_eu"], "text_es": self.cleaned_data["other_es"]}
        return [*items, other] if any(other.values()) else items


class AnswerForm(ActionBase):
    """What was asked of a citizen, as she delivers it at the desk or by post."""

    def prepare(self) -> None:
        if correction := awaited_correction(self.case_file):
            self.fields.update(answer_fields(correction))
            self.fields["attachments"].label = _("Documents delivered")


class JoinForm(ActionBase):
    """Somebody who applies too and can't say so on line, as she stands before the clerk."""

    name = forms.CharField(label=_("Name and surnames"), max_length=200)
    document = forms.ChoiceField(
        label=_("Identity document"),
        choices=[("", _("NIF or NIE")), *((kind.value, kind.label) for kind in OTHER_PAPERS)],
        required=False,
    )
    identifier = forms.CharField(label=_("Number"), max_length=30)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    attachments: Any = ManyFilesField(label=_("The paper that she or he has signed"))
    is_seen = forms.BooleanField(label=_("I have seen her or his identity document"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["kind"] = data.get("document") or kind_of_number(data.get("identifier", ""))
        if "identifier" in data and not data["kind"]:
            self.add_error("identifier", gettext("This number is not right: look at its letter again."))
        return data


class TextForm(ActionBase):
    text = forms.CharField(label=_("Text"), widget=_area(5), max_length=5000)


class CloseForm(TextForm):
    """Whether the hour that was booked with the request is given back with it, where one is still to come."""

    def prepare(self) -> None:
        if visits_of(self.case_file):
            self.fields["cancels_visit"] = forms.BooleanField(
                label=_("Cancel the appointment too"),
                help_text=_("Leave it out only if the person has to come all the same."),
                required=False,
                initial=True,
            )


class ReturnForm(TextForm):
    to = forms.ChoiceField(label=_("Step to go back to"))
    field_order = ("seen", "task", "to", "text")

    def prepare(self) -> None:
        field: Any = self.fields["to"]
        back = steps_back(self.task) if self.task else []
        field.choices = [(row.step, in_reader_language(names_of(self.case_file, row.step))) for row in back]


class BothForm(ActionBase):
    """A text in the file's language, in the other one too where the clerk writes it."""

    text_eu = forms.CharField(label=_("Text in Basque"), widget=_area(5, "eu"), required=False, max_length=5000)
    text_es = forms.CharField(label=_("Text in Spanish"), widget=_area(5, "es"), required=False, max_length=5000)

    @property
    def text(self) -> dict[str, str]:
        return {"eu": self.cleaned_data["text_eu"], "es": self.cleaned_data["text_es"]}


class HearingForm(BothForm):
    days = forms.TypedChoiceField(
        label=_("Working days"), coerce=int, choices=[(days, str(days)) for days in HEARING_DAYS]
    )


class AddStepForm(ActionBase):
    code = forms.ChoiceField(label=_("Step"))
    parallel = forms.BooleanField(
        label=_("At the same time as what is being done now"),
        help_text=_("Otherwise the file waits at this step first. A decision always waits."),
        required=False,
        initial=True,
    )
    text = forms.CharField(
        label=_("Note"), help_text=_("Only clerks read it."), widget=_area(3), required=False, max_length=5000
    )

    def prepare(self) -> None:
        field: Any = self.fields["code"]
        field.choices = [(code, in_reader_language(names)) for code, names in addable(self.case_file).items()]


class RelateForm(ActionBase):
    reference = forms.CharField(label=_("Reference of the other case file"), max_length=40)
    kind = forms.ChoiceField(
        label=_("What the other one is"), choices=LinkKind.choices, widget=forms.RadioSelect, initial=LinkKind.RELATED
    )


class AssignForm(ActionBase):
    to = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose…"))
    text = forms.CharField(label=_("Reason"), help_text=_("Only clerks read it."), required=False, max_length=300)

    def prepare(self) -> None:
        field: Any = self.fields["to"]
        roles = rule_in(self.case_file, self.task.step).roles if self.task else ()
        field.queryset = colleagues(self.case_file.municipality_id or 0, roles)


class UnitForm(ActionBase):
    unit: Any = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=_("Choose…"))
    text = forms.CharField(label=_("Note"), required=False, widget=_area(3), max_length=5000)

    def prepare(self) -> None:
        field: Any = self.fields["unit"]
        units = Unit.objects.filter(municipality_id=self.case_file.municipality_id or 0, active=True)
        field.queryset = units.exclude(pk=self.leaves() or 0).order_by("pk")

    def leaves(self) -> int | None:
        """The unit that it is in now."""
        unit: int | None = self.case_file.unit_id
        return unit


class HandForm(UnitForm):
    text = forms.CharField(label=_("Reason"), help_text=_("Only clerks read it."), max_length=300)

    def leaves(self) -> int | None:
        unit: int | None = self.task.unit_id if self.task else None
        return unit


class DocumentForm(ActionBase):
    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("Title"), max_length=200)
    role = forms.ChoiceField(
        label=_("Kind"), choices=[(r.value, r.label) for r in (DocumentRole.OTHER, DocumentRole.ATTACHMENT)]
    )
    visible = forms.BooleanField(label=_("The parties may read it"), required=False)


class SignatureForm(ActionBase):
    """Which document, and whose signature; only parties whose identity is known can sign on line."""

    document: Any = forms.ModelChoiceField(
        label=_("Document"), queryset=Document.objects.none(), empty_label=_("Choose…")
    )
    party: Any = forms.ModelChoiceField(label=_("Who signs"), queryset=CaseParty.objects.none(), empty_label=None)
    about = forms.CharField(
        label=_("What for"),
        help_text=_("She reads it above the document: what it is, and what follows from signing it."),
        widget=_area(3),
        required=False,
        max_length=300,
    )
    due_on = forms.DateField(
        label=_("To be signed by"),
        help_text=_("Leave it empty where there is no last day."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def prepare(self) -> None:
        places = CaseDocument.objects.filter(case_file=self.case_file).exclude(document__state=DocumentState.FAILED)
        document: Any = self.fields["document"]
        party: Any = self.fields["party"]
        document.queryset = Document.objects.filter(pk__in=places.values("document")).order_by("pk")
        document.label_from_instance = title_in
        parties = CaseParty.objects.filter(case_file=self.case_file, person__isnull=False)
        parties = parties.exclude(capacity=Capacity.FORMER)
        party.queryset = parties.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))


def title_in(document: Document) -> str:
    """A document's title in the reader's language."""
    return in_reader_language({"eu": document.title_eu, "es": document.title_es})


class DeliveryForm(ActionBase):
    at = forms.DateTimeField(
        label=_("Day and hour"),
        initial=timezone.localtime,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    result = forms.ChoiceField(label=_("Result"), choices=DeliveryResult.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Note"), required=False, max_length=300)
