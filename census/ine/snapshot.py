"""A resident and her address as the second half of a record H: what movements keep of before and after."""

import re

from census.constants import IdentifierType
from census.models import Dwelling, Resident
from core.territory.constants import WayKind

from .layout import Record

# the fields of VAR that stand in ID too
IDENTIFICATION = (
    *("NOMB", "PART1", "APE1", "PART2", "APE2", "CPRON", "CMUNN", "FNAC"),
    *("TIDEN", "LEXTR", "IDEN", "LIDEN", "NDOCU", "NIA", "NIE"),
)
_NUMBER = re.compile(r"(\d{1,4})\s*([A-Z]?)")
_DNI = re.compile(r"(\d{1,8})([A-Z])")
_NIE = re.compile(r"([XYZ])(\d{7})([A-Z])")


def snapshot(resident: Resident, dwelling: Dwelling | None, elsewhere: str = "") -> dict[str, str]:
    """The fields of VAR that are not blank; `elsewhere` = province and municipality she comes from or goes to."""
    values = personal(resident) | (address(dwelling) if dwelling else {})
    values |= {"PRDP": elsewhere[:2], "MUDP": elsewhere[2:5]}
    return {name: value for name, value in values.items() if value}


def personal(resident: Resident) -> dict[str, str]:
    return {
        "NOMB": resident.given_name,
        "PART1": resident.particle1.upper(),
        "APE1": resident.surname1,
        "PART2": resident.particle2.upper(),
        "APE2": resident.surname2,
        "SEXO": resident.sex,
        "CPRON": resident.birth_province,
        "CMUNN": resident.birth_place,
        "FNAC": f"{resident.born_on:%Y%m%d}",
        "TIDEN": resident.identifier_type,
        "NIA": resident.nia,
        "NIE": resident.electoral_number,
        "CNES": resident.education,
        "NACI": resident.nationality,
        **split_identifier(resident.identifier_type, resident.identifier),
    }


def address(dwelling: Dwelling) -> dict[str, str]:
    street = dwelling.street
    number = _NUMBER.fullmatch(dwelling.number.upper())
    rural = street.kind == WayKind.QUARTER
    way = {"CPSVIA": street.code, "DPSVIA": street.name[:50]} if rural else {}
    return {
        "DIST": dwelling.district,
        "SECC": dwelling.section,
        "CUN": dwelling.unit_code,
        "CVIA": "" if rural else street.code,
        "TVIA": "" if rural else street.kind,
        "NVIAC": "" if rural else street.name[:25],
        **way,
        "TINUM": str(2 - int(number[1]) % 2) if number else "0",
        "NUMER": number[1] if number else "",
        "CNUMER": number[2] if number else "",
        "BLOQ": dwelling.block,
        "ESCA": dwelling.stair,
        "PLAN": dwelling.floor,
        "PUER": dwelling.door,
        "TLOC": "2" if dwelling.collective else "1",
        "NHOP": dwelling.sheet,
    }


def split_identifier(kind: str, value: str) -> dict[str, str]:
    """DNI and NIE in letter, number, letter; whatever does not fit goes to NDOCU."""
    if kind == IdentifierType.DNI and (dni := _DNI.fullmatch(value)):
        return {"IDEN": dni[1], "LIDEN": dni[2]}
    if kind == IdentifierType.RESIDENCE_CARD and (nie := _NIE.fullmatch(value)):
        return {"LEXTR": nie[1], "IDEN": nie[2], "LIDEN": nie[3]}
    return {"NDOCU": value}


def joined_identifier(values: dict[str, str]) -> str:
    """The opposite of `split_identifier`, from a record's fields."""
    if values["NDOCU"]:
        return values["NDOCU"]
    if not values["IDEN"]:
        return ""
    return f"{values['LEXTR']}{values['IDEN'][1 if values['LEXTR'] else 0 :]}{values['LIDEN']}"


def as_record(ine_code: str, variation: str, on: str, before: dict[str, str], after: dict[str, str]) -> Record:
    """A whole record from what a movement keeps; an entry has no before and a removal no after (but where to)."""
    here = {"CPRO": ine_code[:2], "CMUN": ine_code[2:]}
    return {
        "ID": here | {name: before[name] for name in IDENTIFICATION if name in before},
        "CTRL": {"FVAR": on, "CVAR": variation[0], "CAUV": variation[1:]},
        "VAR": after,
    }
