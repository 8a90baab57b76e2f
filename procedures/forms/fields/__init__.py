"""One form field for each type of the catalogue. Every message names its field and says what to do."""

from collections.abc import Callable

from django import forms

from .choosing import Choice, Choices, Declaration, YesNo
from .hours import Hour
from .lines import (
    CadastralRef,
    Email,
    EntityNif,
    Iban,
    Line,
    Money,
    Nif,
    Number,
    PersonNumber,
    Phone,
    Plate,
    Text,
    Time,
)
from .several import Address, CoApplicants, Date, DateTime, Person, PersonList, Place, Slot

__all__ = [
    "FIELDS",
    "Address",
    "Choice",
    "Choices",
    "CoApplicants",
    "Date",
    "Declaration",
    "Email",
    "EntityNif",
    "Hour",
    "Line",
    "PersonNumber",
    "Phone",
]

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
