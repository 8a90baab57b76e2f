"""What a citizen fills in after her request is filed."""

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .models import CorrectionRequest


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "case_files/files_input.html"


class ManyFilesField(forms.FileField):
    """Any number of files, each checked as one."""

    def __init__(self, **kwargs: Any) -> None:
        limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
        kwargs.setdefault("help_text", _("PDF, photos or documents, %(limit)s each at most.") % {"limit": limit})
        super().__init__(widget=ManyFilesInput(attrs={"multiple": True}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        return [super(ManyFilesField, self).clean(one, initial) for one in (data or [])]


class CitizenForm(forms.Form):
    """`key` makes a double click, a reload or a second tab send once."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16))


class WriteForm(CitizenForm):
    text = forms.CharField(label=_("Your message"), widget=forms.Textarea(attrs={"rows": 6}), required=False)
    attachments: Any = ManyFilesField(label=_("Documents that you attach"))


def answer_fields(correction: CorrectionRequest) -> dict[str, forms.Field]:
    """One answer for each thing that was asked for, `answer_0` and so on, and what is delivered with them."""
    fields: dict[str, forms.Field] = {
        f"answer_{position}": forms.CharField(
            label=item["text_eu" if get_language() == "eu" else "text_es"],
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        for position, item in enumerate(correction.items)
    }
    return {**fields, "attachments": ManyFilesField(label=_("Documents that you deliver"))}


def answers_in(cleaned_data: Mapping[str, Any]) -> dict[str, str]:
    """Position of the item → what was written, as `receive_correction` takes it."""
    return {name.removeprefix("answer_"): text for name, text in cleaned_data.items() if name.startswith("answer_")}


class AnswerForm(CitizenForm):
    def __init__(self, correction: CorrectionRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(answer_fields(correction))


class WithdrawForm(CitizenForm):
    reason = forms.CharField(
        label=_("Why you withdraw it"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=2000
    )
    sure = forms.BooleanField(label=_("I withdraw this request and I know that it can't be undone"))
