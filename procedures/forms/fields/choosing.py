"""Questions answered by choosing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .lines import Named

CHOOSE = _("“%(label)s”: choose one of the options.")


class Choice(Named, forms.ChoiceField):
    default_error_messages = {"required": CHOOSE, "invalid_choice": CHOOSE}


class Choices(Named, forms.MultipleChoiceField):
    default_error_messages = {
        "required": _("“%(label)s”: choose at least one of the options."),
        "invalid_choice": CHOOSE,
        "invalid_list": CHOOSE,
    }
    widget = forms.CheckboxSelectMultiple


class YesNo(Choice):
    """Kept as `yes` or `no`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.RadioSelect(attrs={"class": "opts--inline"})
        super().__init__(choices=[("yes", _("Yes")), ("no", _("No"))], widget=widget, **kwargs)


class Declaration(Named):
    """A box that must be ticked: only `yes` goes on."""

    widget = forms.CheckboxInput
    default_error_messages = {"required": _("“%(label)s”: tick the box to go on.")}

    def to_python(self, value: Any) -> str:
        return "yes" if value in (True, "on", "yes", "true", "True") else ""
