"""Questions of several inputs: dates, addresses, places and persons."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.identity.services import kind_of_number, normalise
from core.identity.services.mailing import is_email
from core.municipalities.services.terms import MADRID
from procedures.forms import cleaning, widgets

from .lines import LINE_MAX, TOO_LONG, Named


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
        "invalid": _("“%(label)s”: describe the place in words too."),
        "coordinates": _("“%(label)s”: check the coordinates, or leave them empty. They look like 43.4076, -2.6982."),
    }

    def read(self, parts: list[str]) -> dict[str, str]:
        text, coordinates = parts
        if not text:
            raise ValueError("only coordinates")
        if not coordinates:
            return {"text": text}
        try:
            lat, lon = cleaning.parse_coordinates(coordinates)
        except ValueError:
            raise ValidationError(self.error_messages["coordinates"], code="coordinates") from None
        return {"text": text, "lat": lat, "lon": lon}


class Person(Several):
    """{name, surnames, identifier}."""

    widget = widgets.PersonParts
    default_error_messages = {
        "required": _("“%(label)s”: write the name, the surnames and the identity document."),
        "invalid": _("“%(label)s”: write the name and the surnames."),
        "identifier": _("“%(label)s”: write the identity document and check its letter, for example 12345678Z."),
    }

    def read(self, parts: list[str]) -> dict[str, str]:
        name, surnames, identifier = parts
        if not name or not surnames:
            raise ValueError("incomplete")
        try:
            number = cleaning.parse_identifier(identifier)[1]
        except ValueError:
            raise ValidationError(self.error_messages["identifier"], code="identifier") from None
        return {"name": name, "surnames": surnames, "identifier": number}


class CoApplicants(Named):
    """[{name, identifier_kind, identifier, email}] of at most `most` others; each by a NIF or NIE of her own."""

    widget = widgets.CoApplicantRows
    default_error_messages = {
        "required": _("“%(label)s”: write who, or go back and say that you apply alone."),
        "name": _("“%(label)s”: person %(number)s needs a name and surnames."),
        "identifier": _("“%(label)s”: check the NIF or NIE of person %(number)s, its letter is wrong."),
        "email": _("“%(label)s”: check the e-mail address of person %(number)s."),
        "twice": _("“%(label)s”: person %(number)s is there twice."),
    }

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.most = most

    def to_python(self, value: Any) -> list[dict[str, str]]:
        persons: list[dict[str, str]] = []
        for number, row in enumerate(value or [], start=1):
            row = {key: cleaning.clean_line(text)[:LINE_MAX] for key, text in row.items()}
            identifier = normalise(row["identifier"])
            kind = kind_of_number(identifier)
            wrong = {
                "name": not row["name"],
                "identifier": kind is None,
                "email": not is_email(row["email"]),
                "twice": identifier in {one["identifier"] for one in persons},
            }
            for code in (code for code, found in wrong.items() if found):
                raise ValidationError(self.error_messages[code], code=code, params={"number": str(number)})
            told = {"name": row["name"][:200], "email": row["email"]}
            persons.append(told | {"identifier_kind": str(kind), "identifier": identifier})
        return persons


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
