"""The page of documents: a file input for each of them, with what is there already."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

# what a person consents to; whoever changes a word of it changes the version, which is kept with each consent
LOOKUP_CONSENT = _("I consent to the town hall asking other administrations for this, for this request only")
LOOKUP_CONSENT_VERSION = "2026-11"


class FilesInput(forms.FileInput):
    template_name = "procedures/widgets/upload.html"
    allow_multiple_selected = True
    attached: Sequence[dict[str, Any]] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"attached": self.attached, "max_bytes": settings.UPLOAD_MAX_BYTES}
        return context


class DocumentsForm(forms.Form):
    """One field a document; nothing is validated here, each file is checked as it is attached.

    With a choice of what is in her folder already, where there is any, and of what she objects to having looked up.
    """

    use_required_attribute = False

    def __init__(
        self,
        slots: Iterable[tuple[str, str, str, bool]],
        attachments: Sequence[dict[str, Any]],
        *,
        folder: Sequence[tuple[int, str]] = (),
        objectable: Sequence[tuple[str, str]] = (),
        consentable: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """`slots` are code, label, hint and whether it is required; `folder`, `objectable` and `consentable` are
        choices."""
        super().__init__(**kwargs)
        self.label_suffix = ""
        if consentable:
            self.fields["consents_to"] = forms.MultipleChoiceField(
                label=LOOKUP_CONSENT,
                help_text=_(
                    "You need not: what you do not tick, you bring below. You can take it back in your folder."
                ),
                choices=consentable,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        limit = _("Up to %(size)s each file.") % {"size": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        for code, label, hint, required in slots:
            widget = FilesInput()
            widget.attached = [one for one in attachments if one["type"] == code]
            field = forms.FileField(label=label, help_text=f"{hint} {limit}".strip(), required=required, widget=widget)
            field.clean = lambda data, initial=None: None  # type: ignore[method-assign]
            self.fields[input_name(code)] = field
            if folder:
                self.fields[reuse_name(code)] = forms.ChoiceField(
                    label=_("Or use a document of your folder as: %(name)s") % {"name": label},
                    choices=[("", "–"), *folder],
                    required=False,
                )
        if objectable:
            self.fields["objects_to"] = forms.MultipleChoiceField(
                label=_("We look these up ourselves. Tick what you object to: then you bring it yourself"),
                choices=objectable,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.fields["objection_reason"] = forms.CharField(
                label=_("Why you object"),
                help_text=_("Only if you have ticked something above."),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=300,
                required=False,
            )


def input_name(code: str) -> str:
    """The name of a document's input: `field:photo` → `file_field-photo`."""
    return f"file_{code.replace(':', '-')}"


def reuse_name(code: str) -> str:
    """The name of the input that takes a document of her folder for this one."""
    return f"reuse_{code.replace(':', '-')}"
