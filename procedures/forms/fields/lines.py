"""Questions of one line, or of one text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.identity.services import is_number_of_entity
from core.identity.services.mailing import is_email
from procedures.forms import cleaning

LINE_MAX, TEXT_MAX = 250, 4000  # SICRES takes 4,000 characters of each text
WRITE = _("“%(label)s”: write an answer.")
BOUNDS = _("“%(label)s”: write a number that is not below zero, and not so large.")
TOO_LONG = _("“%(label)s”: shorten it. It has %(length)s characters and there is room for %(limit)s.")


class Named(forms.Field):
    """Adds the field's label to each of its errors."""

    label: Any

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            for one in error.error_list:
                one.params = {**(one.params or {}), "label": self.label}
            raise


class Line(Named):
    """One line of text; `limit` characters at most."""

    widget: Any = forms.TextInput
    limit = LINE_MAX
    default_error_messages = {"required": WRITE, "invalid": WRITE, "too_long": TOO_LONG}
    tidy = staticmethod(cleaning.clean_line)

    def to_python(self, value: Any) -> Any:
        """The tidy text, then what `parse` makes of it; empty stays empty."""
        text = self.tidy(value if isinstance(value, str) else "")
        if len(text) > self.limit:
            raise ValidationError(
                self.error_messages["too_long"],
                code="too_long",
                params={"length": str(len(text)), "limit": str(self.limit)},
            )
        if not text:
            return ""
        try:
            return self.parse(text)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def parse(self, text: str) -> Any:
        return text


class Text(Line):
    widget = forms.Textarea
    limit = TEXT_MAX
    tidy = staticmethod(lambda text: cleaning.clean_text(text).strip())

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"rows": 6}


class Nif(Line):
    default_error_messages = {
        "required": _("“%(label)s”: write the NIF or NIE, with its letter."),
        "invalid": _("“%(label)s”: check the number and its letter. Right ones look like 12345678Z or X1234567L."),
    }

    def parse(self, text: str) -> str:
        return cleaning.parse_nif(text)


class EntityNif(Nif):
    default_error_messages = {
        "invalid": _("“%(label)s”: check the number and its letter. Right ones look like P4802400D.")
    }


class Identifier(Line):
    """A NIF or NIE, checked; or the number of another document."""

    default_error_messages = {
        "required": _("“%(label)s”: write the number of your identity document."),
        "invalid": _("“%(label)s”: check the number and its letter. Right ones look like 12345678Z or X1234567L."),
    }

    def parse(self, text: str) -> str:
        return cleaning.parse_identifier(text)[1]


class PersonNumber(Identifier):
    """The identifier of a natural person. Whoever acts for an entity says so, and needs a certificate (Ley 39/2015,
    art. 14.2): `entity` is what to do instead."""

    def __init__(self, *, entity: Any, **kwargs: Any) -> None:
        super().__init__(error_messages={"entity": entity}, **kwargs)

    def parse(self, text: str) -> str:
        number = super().parse(text)
        if is_number_of_entity(number.removeprefix("ES")):
            raise ValidationError(self.error_messages["entity"], code="entity")
        return number


class Iban(Line):
    default_error_messages = {
        "required": _("“%(label)s”: write the number of the account."),
        "invalid": _("“%(label)s”: some digit is wrong. Copy the IBAN again from your bank: ES and 22 digits."),
    }

    def parse(self, text: str) -> str:
        return cleaning.parse_iban(text)


class CadastralRef(Line):
    default_error_messages = {
        "invalid": _("“%(label)s”: copy it again from the property tax bill. Some sign is missing or wrong.")
    }

    def parse(self, text: str) -> str:
        return cleaning.parse_cadastral_ref(text)


class Plate(Line):
    default_error_messages = {"invalid": _("“%(label)s”: check it. Plates look like 1234 BCD or BI 1234 AB.")}

    def parse(self, text: str) -> str:
        return cleaning.parse_plate(text)


class Phone(Line):
    default_error_messages = {
        "invalid": _("“%(label)s”: write the nine digits, or the number with + and the code of its country.")
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}

    def parse(self, text: str) -> str:
        return cleaning.parse_phone(text)


class Email(Line):
    widget = forms.EmailInput
    default_error_messages = {
        "required": _("“%(label)s”: write the e-mail address."),
        "invalid": _("“%(label)s”: check the address. It must look like name@example.eus."),
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"autocomplete": "email"}

    def parse(self, text: str) -> str:
        if not is_email(text):
            raise ValueError("not an address")
        return text


class Number(Line):
    """A number that is not negative, kept as text with a point."""

    default_error_messages = {
        "required": _("“%(label)s”: write a number."),
        "invalid": _("“%(label)s”: write it with digits, for example 12 or 12,5."),
        "bounds": BOUNDS,
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "short"}

    def parse(self, text: str) -> str:
        number = cleaning.parse_number(text)
        if number < 0 or number > 10**12:
            raise ValidationError(self.error_messages["bounds"], code="bounds")
        return f"{number.normalize():f}"


class Money(Line):
    """Euro cents."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("“%(label)s”: write an amount."),
        "invalid": _("“%(label)s”: write an amount in euros, for example 1.250,50."),
        "bounds": BOUNDS,
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "short"}

    def parse(self, text: str) -> int:
        cents = cleaning.parse_cents(text)
        if cents > 10**13:
            raise ValidationError(self.error_messages["bounds"], code="bounds")
        return cents


class Time(Line):
    default_error_messages = {
        "required": _("“%(label)s”: write a time."),
        "invalid": _("“%(label)s”: write hours and minutes, for example 17:30."),
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"class": "short", "autocomplete": "off"}

    def parse(self, text: str) -> str:
        return cleaning.parse_time(text).strftime("%H:%M")
