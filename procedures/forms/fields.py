"""One form field for each type of the catalogue. Every message names its field and says what to do."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.municipalities.services.terms import MADRID

from . import cleaning, widgets

LINE_MAX, TEXT_MAX = 250, 4000  # SICRES takes 4,000 characters of each text
WRITE = _("“%(label)s”: write an answer.")
CHOOSE = _("“%(label)s”: choose one of the options.")
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
        try:
            EmailValidator()(text)
        except ValidationError:
            raise ValueError("not an address") from None
        return text


class Number(Line):
    """A number that is not negative, kept as text with a point."""

    default_error_messages = {
        "required": _("“%(label)s”: write a number."),
        "invalid": _("“%(label)s”: write it with digits, for example 12 or 12,5."),
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "short"}

    def parse(self, text: str) -> str:
        number = cleaning.parse_number(text)
        if number < 0 or number > 10**12:
            raise ValueError("out of bounds")
        return f"{number.normalize():f}"


class Money(Line):
    """Euro cents."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("“%(label)s”: write an amount."),
        "invalid": _("“%(label)s”: write an amount in euros, for example 1.250,50."),
    }

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "short"}

    def parse(self, text: str) -> int:
        cents = cleaning.parse_cents(text)
        if cents > 10**13:
            raise ValueError("out of bounds")
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


class Several(Named):
    """A question of several inputs: the widget gives their texts in order."""

    def to_python(self, value: Any) -> Any:
        parts = [cleaning.clean_line(part or "") for part in value or []]
        if any(len(part) > LINE_MAX for part in parts):
            longest = max(len(part) for part in parts)
            raise ValidationError(TOO_LONG, code="too_long", params={"length": str(longest), "limit": str(LINE_MAX)})
        if not self.filled(parts):
            return None
        try:
            return self.read(parts)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def filled(self, parts: list[str]) -> bool:
        return any(parts)

    def read(self, parts: list[str]) -> Any:
        raise NotImplementedError

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


class Date(Several):
    """Kept as `2026-11-22`. `past` refuses what is still to come."""

    widget = widgets.DateParts
    default_error_messages = {
        "required": _("“%(label)s”: write the day, the month and the year."),
        "invalid": _("“%(label)s”: that date does not exist. Write it with numbers, for example 27 9 2026."),
        "future": _("“%(label)s”: the date must be today or earlier."),
    }

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.past = past

    def read(self, parts: list[str]) -> str:
        day = cleaning.parse_date(*parts)
        if self.past and day > timezone.localdate():
            raise ValidationError(self.error_messages["future"], code="future")
        return day.isoformat()


class DateTime(Several):
    """Kept with the offset of Europe/Madrid: `2026-11-22T17:30:00+01:00`."""

    widget = widgets.DateTimeParts
    default_error_messages = {
        "required": _("“%(label)s”: write the day, the month, the year and the time."),
        "invalid": _("“%(label)s”: check the date and the time, for example 27 9 2026 and 17:30."),
    }

    def read(self, parts: list[str]) -> str:
        day, clock = cleaning.parse_date(*parts[:3]), cleaning.parse_time(parts[3])
        return datetime.combine(day, clock, MADRID).isoformat()


class Slot(Several):
    """The day and part of it that would suit; the office confirms the hour: {date, part}."""

    widget = widgets.SlotParts
    default_error_messages = {
        "required": _("“%(label)s”: write the day that suits you."),
        "invalid": _("“%(label)s”: that date does not exist. Write it with numbers, for example 27 9 2026."),
        "past": _("“%(label)s”: choose a day that is still to come."),
    }

    def filled(self, parts: list[str]) -> bool:
        return any(parts[:3])

    def read(self, parts: list[str]) -> dict[str, str]:
        day = cleaning.parse_date(*parts[:3])
        if day <= timezone.localdate():
            raise ValidationError(self.error_messages["past"], code="past")
        return {"date": day.isoformat(), "part": "afternoon" if parts[3] == "afternoon" else "morning"}


class Address(Several):
    """{street, number, floor, postcode, town}."""

    widget = widgets.AddressParts
    default_error_messages = {
        "required": _("“%(label)s”: write the street, the number and the town."),
        "invalid": _("“%(label)s”: write at least the street and the town."),
        "postcode": _("“%(label)s”: the postcode has five digits, for example 48360."),
    }

    def filled(self, parts: list[str]) -> bool:
        return any(parts[:4])

    def read(self, parts: list[str]) -> dict[str, str]:
        street, number, floor, postcode, town = parts
        if not street or not town:
            raise ValueError("incomplete")
        if postcode and not (postcode.isascii() and postcode.isdigit() and len(postcode) == 5):
            raise ValidationError(self.error_messages["postcode"], code="postcode")
        return {"street": street, "number": number, "floor": floor, "postcode": postcode, "town": town}


class Place(Several):
    """{text, lat?, lon?}."""

    widget = widgets.PlaceParts
    default_error_messages = {
        "required": _("“%(label)s”: describe the place."),
        "invalid": _("“%(label)s”: describe the place in words too; coordinates look like 43.4076, -2.6982."),
    }

    def read(self, parts: list[str]) -> dict[str, str]:
        text, coordinates = parts
        if not text:
            raise ValueError("only coordinates")
        if not coordinates:
            return {"text": text}
        lat, lon = cleaning.parse_coordinates(coordinates)
        return {"text": text, "lat": lat, "lon": lon}


class Person(Several):
    """{name, surnames, identifier}."""

    widget = widgets.PersonParts
    default_error_messages = {
        "required": _("“%(label)s”: write the name, the surnames and the identity document."),
        "invalid": _("“%(label)s”: write the name and the surnames, and check the letter of the NIF."),
    }

    def read(self, parts: list[str]) -> dict[str, str]:
        name, surnames, identifier = parts
        if not name or not surnames:
            raise ValueError("incomplete")
        return {"name": name, "surnames": surnames, "identifier": cleaning.parse_identifier(identifier)[1]}


class PersonList(Named):
    """[{name, surnames, identifier, birth_date}]; document and date of birth may be missing."""

    widget = widgets.PersonRows
    default_error_messages = {
        "required": _("“%(label)s”: write the name and the surnames of at least one person."),
        "invalid": _("“%(label)s”: person %(number)s needs a name and surnames."),
        "identifier": _("“%(label)s”: check the identity document of person %(number)s, its letter is wrong."),
        "birth_date": _("“%(label)s”: the date of birth of person %(number)s must look like 27/9/2010."),
    }

    def to_python(self, value: Any) -> list[dict[str, str]]:
        return [self._person(row, number) for number, row in enumerate(value or [], start=1)]

    def _person(self, row: dict[str, str], number: int) -> dict[str, str]:
        row = {key: cleaning.clean_line(text)[:LINE_MAX] for key, text in row.items()}
        code = "invalid"
        try:
            if not row["name"] or not row["surnames"]:
                raise ValueError("incomplete")
            code = "identifier"
            if row["identifier"]:
                row["identifier"] = cleaning.parse_identifier(row["identifier"])[1]
            code = "birth_date"
            if row["birth_date"]:
                parts = [*row["birth_date"].replace("-", "/").replace(".", "/").split("/"), "", ""][:3]
                day = cleaning.parse_date(*parts)
                if day > timezone.localdate():
                    raise ValueError("still to come")
                row["birth_date"] = day.isoformat()
        except ValueError:
            raise ValidationError(self.error_messages[code], code=code, params={"number": str(number)}) from None
        return row


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


FIELDS: dict[str, Callable[..., forms.Field]] = {
    "text": Line,
    "textarea": Text,
    "date": Date,
    "number": Number,
    "boolean": YesNo,
    "address": Address,
    "money": Money,
    "nif": Nif,
    "iban": Iban,
    "cadastral_ref": CadastralRef,
    "person_list": PersonList,
    "plate": Plate,
    "phone": Phone,
    "appointment": Slot,
    "datetime": DateTime,
    "time": Time,
    "email": Email,
    "geo": Place,
    "person": Person,
    "select": Choice,
    "multiselect": Choices,
}
