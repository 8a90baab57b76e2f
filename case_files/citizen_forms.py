"""What a citizen fills in after her request is filed."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


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


class WithdrawForm(CitizenForm):
    reason = forms.CharField(
        label=_("Why you withdraw it"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=2000
    )
    sure = forms.BooleanField(label=_("I withdraw this request and I know that it can't be undone"))
