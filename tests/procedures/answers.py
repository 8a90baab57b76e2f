"""Right answers for any field of the catalogue, as a browser would send them."""

from collections.abc import Iterable

from django.utils import timezone

from procedures.catalogue import FormField

YOU = {
    "you_as": "self",
    "you_name": "Jon Aldana Goiri",
    "you_identifier": "00000023T",
    "you_email": "jon@example.eus",
    "you_phone": "94 687 00 00",
    "you_language": "eu",
    "you_channel": "electronic",
}
# whom she acts for, by how she applies
REPRESENTED = {
    "other": {"represented_name": "Haizea Otsoa", "represented_identifier": "X1234567L"},
    "company": {"represented_name": "Arotz SL", "represented_identifier": "B95000006"},
}
DATE = {"_0": "27", "_1": "9", "_2": "2020"}
PARTS = {
    "date": DATE,
    "datetime": {**DATE, "_3": "17:30"},
    "appointment": {"_0": "27", "_1": "9", "_2": "2149", "_3": "afternoon"},
    "address": {"_0": "Kepa Deuna", "_1": "3", "_2": "2. A", "_3": "48360", "_4": "Mundaka"},
    "geo": {"_0": "Udaletxe aurrean", "_1": "43.4076, -2.6982"},
    "person": {"_0": "Miren", "_1": "Bilbao Uriarte", "_2": "12.345.678-z"},
    "person_list": {
        "_count": "2",
        "_0_name": "Miren",
        "_0_surnames": "Bilbao",
        "_0_identifier": "X1234567L",
        "_0_birth_date": "1/2/1980",
        "_1_name": "Ane",
        "_1_surnames": "Uriarte",
    },
}
SINGLE = {
    "text": "Zerbait",
    "textarea": "Lerro bat\neta beste bat.",
    "number": "12,5",
    "boolean": "yes",
    "money": "1.250,50",
    "nif": "12345678 z",
    "iban": "ES91 2100 0418 4502 0005 1332",
    "cadastral_ref": "9872023VH5797S0001WX",
    "plate": "1234 bcd",
    "phone": "+34 946 870 000",
    "time": "9:30",
    "email": "ane@example.eus",
}


def sample(field: FormField) -> dict[str, str]:
    """Input → text for one field; a town's own list is answered in words."""
    if field.name == "valid_until":  # of a power: to come, and not five years away
        return {"valid_until_0": "1", "valid_until_1": "2", "valid_until_2": str(timezone.localdate().year + 2)}
    if field.name == "representative_nif":  # nobody represents herself, and most samples are Ane's
        return {field.name: "87654321X"}
    if field.type in PARTS:
        return {f"{field.name}{part}": value for part, value in PARTS[field.type].items()}
    if field.type in ("select", "multiselect"):
        return {field.name: field.options[0]["value"] if field.options else "Zerbait"}
    return {field.name: SINGLE[field.type]}


def samples(fields: Iterable[FormField]) -> dict[str, str]:
    sent: dict[str, str] = {}
    for field in fields:
        if field.type != "file":
            sent |= sample(field)
    return sent
