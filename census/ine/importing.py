"""Loading a file H: each line is an entry, a removal or a change of one inhabitant; a refused line says why.

Either everything is loaded or nothing, unless the good lines are asked for; a line is loaded whole or not at all.
What is in the padron already is passed over, so the same file may be loaded again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum.es import dni, nie

from census.constants import IdentifierType, Sex, Variation
from census.models import Dwelling, Inscription, Resident
from core.audit.services import Actor, record
from core.municipalities.models import Municipality
from core.territory.constants import WayKind
from core.territory.models import Street
from core.territory.services import normalised, split_way

from .layout import BadRecord, Record, parse
from .snapshot import joined_identifier

ENTRIES = frozenset({Variation.OMISSION, Variation.ARRIVAL, Variation.BIRTH})
CHANGES = frozenset({Variation.PERSONAL_DATA, Variation.ADDRESS, Variation.TERRITORY, Variation.RENEWAL,
                     Variation.CONFIRMATION})  # fmt: skip


@dataclass(frozen=True)
class Refused:
    line: int  # from 1
    reason: str


@dataclass
class Report:
    """`unchanged`: lines that the padron held already."""

    loaded: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    saved: bool = True


def import_inhabitants(lines: Iterable[str], *, town: Municipality, only_good: bool = False, actor: Actor) -> Report:
    """Load lines of a file H into the open town, in one transaction; `saved` says whether anything was kept.

    With refused lines nothing is kept, except when `only_good`.
    """
    report = Report()
    importer = _Importer(town)
    with transaction.atomic():
        for number, line in enumerate(lines, 1):
            text = line.rstrip("\r\n")
            if not text.strip():
                continue
            try:
                with transaction.atomic():  # a line is loaded whole or not at all
                    report.loaded, report.unchanged = _count(report, importer.take(parse(text)))
            except BadRecord as error:
                report.refused.append(Refused(number, str(error)))
                importer = _Importer(town)  # what it remembers may have been rolled back with the line
        if report.refused and not only_good:
            transaction.set_rollback(True)
            report.saved = False
        elif report.loaded:
            record("census.imported", actor=actor, data={"loaded": report.loaded, "refused": len(report.refused)})
    return report


def _count(report: Report, changed: bool) -> tuple[int, int]:
    return report.loaded + changed, report.unchanged + (not changed)


class _Importer:
    def __init__(self, town: Municipality) -> None:
        self.town = town

    @cached_property
    def streets(self) -> dict[str, Street]:
        return {street.code: street for street in Street.objects.filter(municipality=self.town)}

    @cached_property
    def dwellings(self) -> dict[str, Dwelling]:
        return {dwelling.sheet: dwelling for dwelling in Dwelling.objects.all()}

    def take(self, record: Record) -> bool:
        """Do what one record says; whether anything changed. BadRecord says why not."""
        before, control, after = record["ID"], record["CTRL"], record["VAR"]
        if before["CPRO"] + before["CMUN"] != self.town.ine_code:
            raise BadRecord(_("this line is of another town: %(code)s") % {"code": before["CPRO"] + before["CMUN"]})
        if control["TIPOINF"] == "R":
            raise BadRecord(_("the INE rejected this line: %(cause)s") % {"cause": control["CDEV"]})
        try:
            variation = Variation(control["CVAR"] + control["CAUV"])
        except ValueError:
            raise BadRecord(_("unknown variation: %(code)s") % {"code": control["CVAR"] + control["CAUV"]}) from None
        on = _day(control["FVAR"], "CTRL.FVAR")
        if variation in ENTRIES:
            return self._enter(after, variation, on)
        resident = Resident.objects.filter(nia=before["NIA"]).first() if before["NIA"] else None
        if resident is None:
            raise BadRecord(_("no resident has the number %(nia)s") % {"nia": before["NIA"] or "—"})
        if variation in CHANGES:
            return self._change(resident, after, variation, on)
        return self._remove(resident, variation, on)

    def _enter(self, after: dict[str, str], variation: Variation, on: date) -> bool:
        personal = _personal(after)
        known = Resident.objects.filter(nia=personal["nia"]).first()
        if known:
            if any(getattr(known, name) != value for name, value in personal.items()):
                raise BadRecord(_("the number %(nia)s is somebody else's") % {"nia": personal["nia"]})
            return False
        resident = Resident(**personal)
        resident.save(force_insert=True)
        Inscription.objects.create(
            resident=resident, dwelling=self._dwelling(after), starts_on=on, begun_by=variation,
            origin=after["PRDP"] + after["MUDP"],
        )  # fmt: skip
        return True

    def _change(self, resident: Resident, after: dict[str, str], variation: Variation, on: date) -> bool:
        personal = _personal(after)
        changed = any(getattr(resident, name) != value for name, value in personal.items())
        for name, value in personal.items():
            setattr(resident, name, value)
        if changed:
            resident.save(force_update=True)
        home = Inscription.objects.filter(resident=resident, ends_on=None).first()
        if home is None:
            raise BadRecord(_("the resident %(nia)s does not live here") % {"nia": resident.nia})
        dwelling = self._dwelling(after)
        if dwelling.pk == home.dwelling_id:
            return changed
        if on < home.starts_on:
            raise BadRecord(_("the resident came to the present address after that day"))
        home.ends_on, home.ended_by = on, variation
        home.save(update_fields=["ends_on", "ended_by"])
        Inscription.objects.create(resident=resident, dwelling=dwelling, starts_on=on, begun_by=variation)
        return True

    def _remove(self, resident: Resident, variation: Variation, on: date) -> bool:
        home = Inscription.objects.filter(resident=resident, ends_on=None).first()
        if home is None:
            return False
        if on < home.starts_on:
            raise BadRecord(_("the resident came to the present address after that day"))
        home.ends_on, home.ended_by = on, variation
        home.save(update_fields=["ends_on", "ended_by"])
        return True

    def _dwelling(self, after: dict[str, str]) -> Dwelling:
        sheet = after["NHOP"]
        if not sheet:
            raise BadRecord(_("%(field)s is missing") % {"field": "VAR.NHOP"})
        if sheet not in self.dwellings:
            number = after["NUMER"].lstrip("0")
            self.dwellings[sheet] = Dwelling.objects.create(
                street=self._street(after),
                number=f"{number}{after['CNUMER']}",
                block=after["BLOQ"],
                stair=after["ESCA"],
                floor=after["PLAN"],
                door=after["PUER"],
                district=after["DIST"] or "01",
                section=after["SECC"] or "001",
                unit_code=after["CUN"],
                collective=after["TLOC"] == "2",
                sheet=sheet,
            )
        return self.dwellings[sheet]

    def _street(self, after: dict[str, str]) -> Street:
        quarter = not after["CVIA"].strip("0")
        code, name = (after["CPSVIA"], after["DPSVIA"]) if quarter else (after["CVIA"], after["NVIAC"])
        if not code.strip("0") or not name:
            raise BadRecord(_("%(field)s is missing") % {"field": "VAR.CVIA"})
        if code not in self.streets:
            kind, _name = split_way(f"{after['TVIA']} {name}")
            kind = WayKind.QUARTER if quarter else kind or WayKind.STREET
            self.streets[code] = Street.objects.create(
                municipality=self.town, code=code, kind=kind, name=name, name_norm=normalised(name)
            )
        return self.streets[code]


def _personal(after: dict[str, str]) -> dict[str, Any]:
    """The resident's fields of the record's second half. BadRecord names the field that cannot be right."""
    for name in ("NIA", "NOMB", "APE1"):
        if not after[name]:
            raise BadRecord(_("%(field)s is missing") % {"field": f"VAR.{name}"})
    if after["SEXO"] not in Sex.values:
        raise BadRecord(_("VAR.SEXO: 1 is male and 6 female, not %(value)s") % {"value": after["SEXO"] or "—"})
    if after["TIDEN"] not in IdentifierType.values:
        raise BadRecord(_("VAR.TIDEN: %(value)s is no kind of document") % {"value": after["TIDEN"] or "—"})
    number = joined_identifier(after)
    if (after["TIDEN"] == IdentifierType.DNI and not dni.is_valid(number)) or (
        after["TIDEN"] == IdentifierType.RESIDENCE_CARD and not nie.is_valid(number)
    ):
        raise BadRecord(_("VAR.IDEN: the letter of %(number)s is wrong") % {"number": number or "—"})
    return {
        "nia": after["NIA"],
        "given_name": after["NOMB"],
        "particle1": after["PART1"].lower(),
        "surname1": after["APE1"],
        "particle2": after["PART2"].lower(),
        "surname2": after["APE2"],
        "sex": after["SEXO"],
        "born_on": _day(after["FNAC"], "VAR.FNAC"),
        "birth_province": after["CPRON"],
        "birth_place": after["CMUNN"],
        "nationality": after["NACI"],
        "identifier_type": after["TIDEN"],
        "identifier": number,
        "education": after["CNES"],
        "electoral_number": after["NIE"],
    }


def _day(text: str, name: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  a day, not a moment
    except ValueError:
        raise BadRecord(_("%(field)s: '%(value)s' is no date") % {"field": name, "value": text}) from None
