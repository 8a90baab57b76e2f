"""The forms of the registrar's desk."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.municipalities.models import Unit

from .constants import AnnotationKind, BookKind, Mode, Paper, Transport
from .services import Filing

LANGUAGES = [("eu", "Euskara"), ("es", "Castellano")]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ScansField(forms.FileField):
    """Any number of files from one input."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        # whatever is wrong with a file is said by the door that all of them pass, `check_upload`
        return list(data or [])


class DayBookForm(forms.Form):
    q = forms.CharField(label=_("Number, identity document, name or words"), required=False)
    kind = forms.ChoiceField(label=_("Book"), choices=[("", _("Both")), *BookKind.choices], required=False)
    mode = forms.ChoiceField(label=_("Way"), choices=[("", _("All")), *Mode.choices], required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class DeskForm(forms.Form):
    """In the order in which a paper is read, so that no field is looked for."""

    name = forms.CharField(
        label=_("Who files it, or whom it is for"),
        max_length=150,
        error_messages={"required": _("Write who files it, or whom it is for.")},
    )
    identifier = forms.CharField(label=_("NIF, NIE or other number"), max_length=30, required=False)
    seen = forms.BooleanField(
        label=_("I have seen the identity document"),
        help_text=_("Then the entry also appears in the folder of that person, if she has proved who she is."),
        required=False,
    )
    representative = forms.CharField(label=_("Representative"), max_length=150, required=False)
    summary = forms.CharField(
        label=_("Subject"), max_length=240, error_messages={"required": _("Write the subject in a few words.")}
    )
    text = forms.CharField(label=_("What it says"), widget=forms.Textarea({"rows": 3}), required=False, max_length=4000)
    scans = ScansField(label=_("Scanned papers"), help_text=_("PDF, JPEG or PNG"), required=False)
    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False)
    case_reference = forms.CharField(label=_("Case file"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="eu")
    transport = forms.ChoiceField(label=_("How it came or leaves"), choices=Transport, initial=Transport.BY_HAND)
    paper = forms.ChoiceField(label=_("Paper"), choices=Paper, initial=Paper.ALL_SCANNED)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, municipality_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(municipality_id=municipality_id, active=True)
        self.fields["unit"].queryset = units.order_by("code")  # type: ignore[attr-defined]
        self.fields["unit"].initial = next((unit.pk for unit in units if unit.is_default), None)
        self.fields["name"].widget.attrs["autofocus"] = True

    def filing(self, kind: BookKind) -> Filing:
        fields = {name: value for name, value in self.cleaned_data.items() if name not in ("scans", "key")}
        return Filing(kind=kind, **fields)


class AnnotationForm(forms.Form):
    kind = forms.ChoiceField(label=_("What you want to note"), choices=AnnotationKind)
    text = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Write the reason: it stays beside the entry for good.")},
    )
