from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .constants import Language
from .models import Desk
from .services import Slot
from .services.booking import plain_phone

FEWEST_DIGITS = 9


def slot_choices(slots: list[Slot]) -> list[tuple[str, str]]:
    """What a radio button says of each hour, the day included."""
    return [
        (slot.stamp, f"{date_format(timezone.localtime(slot.starts_at), 'l, j F').capitalize()} · {slot.label}")
        for slot in slots
    ]


class ContactForm(forms.Form):
    """Who comes. `slot` is hidden while the chosen hour is free; when it is taken the next ones take its place."""

    slot = forms.CharField(widget=forms.HiddenInput, required=False, label=_("Choose another hour"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(
        label=_("Name and surname"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name and surname")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We send you the confirmation and a reminder the day before."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Type the e-mail in this form: name@example.eus")},
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=20,
        help_text=_("Give one of the two at least. For example, 600 000 000."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel", "class": "w-10"}),
    )
    language = forms.ChoiceField(
        label=_("Language in which we attend you"),
        choices=Language,
        widget=forms.RadioSelect(attrs={"class": "opts--inline"}),
        error_messages={"required": _("Choose a language")},
    )

    def offer(self, free: list[Slot]) -> None:
        """Ask for another hour in the same form: nothing that she typed is lost."""
        self.fields["slot"] = forms.ChoiceField(
            label=_("Choose another hour"), choices=slot_choices(free), widget=forms.RadioSelect, required=False
        )
        self._bound_fields_cache.pop("slot", None)  # type: ignore[attr-defined]  # it was drawn hidden

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and sum(sign.isdecimal() for sign in plain_phone(phone)) < FEWEST_DIGITS:
            raise forms.ValidationError(_("Type the whole telephone number, nine digits"))
        return phone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("email") and not data.get("phone"):
            self.add_error("email", _("Type an e-mail or a telephone: without one we can't tell you anything"))
        return data


class MoveForm(forms.Form):
    slot = forms.ChoiceField(
        label=_("Hour"),
        widget=forms.RadioSelect(attrs={"class": "opts--inline"}),
        error_messages={"required": _("Choose an hour")},
    )

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["slot"].choices = [(slot.stamp, slot.label) for slot in slots]


class DeskBookingForm(forms.Form):
    """A clerk writes somebody down; whoever has neither e-mail nor telephone comes all the same."""

    slot = forms.ChoiceField(label=_("Hour"), error_messages={"required": _("Choose an hour")})
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(label=_("Name and surname"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=20)
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["slot"].choices = [(slot.stamp, slot.label) for slot in slots]


class BlockForm(forms.Form):
    desk: "forms.ModelChoiceField[Desk]" = forms.ModelChoiceField(
        label=_("Attending desk"), queryset=Desk.objects.none()
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("From the hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("To the hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False)

    def __init__(self, *args: Any, desks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["desk"].queryset = desks
