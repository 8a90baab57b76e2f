"""The census desk's forms for what a file changes: each knows how to do its own change."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.audit.services import Actor

from .constants import IdentifierType, Variation
from .forms import DwellingForm
from .models import Resident
from .services import (
    change_personal_data,
    confirm_staying,
    home_of,
    register_arrival,
    register_birth,
    remove,
    search_residents,
)
from .services.changing import FiledChange, Work
from .services.countries import countries
from .services.residence import REMOVALS, STAYING

_CODE = RegexValidator(r"^\d{5}$", _("Five digits: province and municipality, or 66 and the country."))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _place(label: Any, *, required: bool) -> forms.CharField:
    help_text = _("Five digits of the INE: province and municipality, or 66 and the country.")
    return forms.CharField(label=label, max_length=5, required=required, validators=[_CODE], help_text=help_text)


class PersonForm(forms.ModelForm):
    """The data of LRBRL art. 16.2."""

    birth_code = _place(_("Code of the place of birth"), required=True)

    class Meta:
        model = Resident
        fields = (
            *("given_name", "particle1", "surname1", "particle2", "surname2", "sex", "born_on"),
            *("birth_place_name", "nationality", "identifier_type", "identifier", "education"),
        )
        labels = {
            "particle1": _("Particle of the first surname"),
            "particle2": _("Particle of the second surname"),
            "identifier_type": _("Kind of document"),
            "education": _("Education (code of the INE)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "eu")[:2]
        name = "country_es" if language == "es" else "country_eu"
        choices = sorted(((code, row[name]) for code, row in countries().items()), key=itemgetter(1))
        self.fields["nationality"] = forms.ChoiceField(label=_("Nationality"), choices=choices)
        self.fields["born_on"] = _day(_("Date of birth"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["identifier"] = "".join(c for c in data.get("identifier", "").upper() if c.isalnum())
        if (data["identifier"] or self.fields["identifier_type"].required) and bool(data["identifier"]) == (
            data.get("identifier_type") == IdentifierType.NONE
        ):
            self.add_error("identifier", _("Give the document and its kind, or neither."))
        return data

    def personal(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        code = data.pop("birth_code")
        return {name: value for name, value in data.items() if name in self.Meta.fields} | (
            {"birth_province": code[:2], "birth_place": code[2:]} if code else {}
        )


class DataForm(PersonForm):
    """What is left empty stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        nationality: Any = self.fields["nationality"]
        nationality.choices = [("", "—"), *nationality.choices]

    def personal(self) -> dict[str, Any]:
        written = {name: value for name, value in super().personal().items() if value}
        if "identifier" not in written:
            written.pop("identifier_type", None)
        return written


def with_code(person: Any) -> dict[str, Any]:
    """What a PersonForm begins with."""
    return {**person, "birth_code": f"{person.get('birth_province', '')}{person.get('birth_place', '')}"}


class ArrivalForm(DwellingForm):
    """Where they come to live, and from where."""

    on = _day(_("Date of the arrival"))
    origin = _place(_("Where they come from"), required=False)


class WhoForm(forms.Form):
    """People of the census: those whom the file names, and anybody else by an exact number."""

    residents = forms.ModelMultipleChoiceField(
        label=_("Who"), queryset=Resident.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    other = forms.CharField(
        label=_("Somebody else"), max_length=20, required=False, help_text=_("Identity document or resident's number.")
    )

    def __init__(self, *args: Any, filed: FiledChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = {one.pk for one in (*filed.neighbours, *filed.residents)}
        self.fields["residents"].queryset = Resident.objects.filter(pk__in=near)  # type: ignore[attr-defined]
        self.initial.setdefault("residents", list(filed.residents))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        people = list(data.get("residents") or [])
        if number := data.get("other"):
            found = [one for one in search_residents(number) if home_of(one)] if any(map(str.isdigit, number)) else []
            if len(found) != 1:
                self.add_error("other", _("Nobody who lives here has this number."))
            people += [one for one in found if one not in people]
        if not people:
            raise forms.ValidationError(_("Choose at least one person."))
        data["people"] = people
        return data


class OneForm(WhoForm):
    """One person: the parent with whom a child is registered, or whose data change."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(data.get("people", ())) > 1:
            raise forms.ValidationError(_("Choose one person only."))
        return data


class RemovalForm(WhoForm):
    variation = forms.ChoiceField(label=_("Reason"), choices=[(one.value, one.label) for one in REMOVALS])
    on = _day(_("Date"))
    destination = _place(_("Where they go"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("variation") == Variation.DEPARTURE and not data.get("destination"):
            self.add_error("destination", _("A change of residence needs where they go."))
        return data


class StayingForm(WhoForm):
    variation = forms.ChoiceField(label=_("What is noted"), choices=[(one.value, one.label) for one in STAYING])


# procedure → the form of what happens, and of whose data are written
FORMS: dict[str, tuple[type[forms.Form], type[PersonForm] | None]] = {
    "PAD-001": (ArrivalForm, PersonForm),
    "PAD-002": (OneForm, PersonForm),
    "PAD-004": (OneForm, DataForm),
    "PAD-005": (RemovalForm, None),
    "PAD-012": (StayingForm, None),
    "PAD-013": (StayingForm, None),
    "PAD-015": (RemovalForm, None),
}


def work_of(main: forms.Form, persons: Sequence[PersonForm]) -> Work:
    """What `settle` does with the valid forms of a page: one verb of the padron for each person."""

    def work(reference: str, actor: Actor) -> None:
        told: dict[str, Any] = {"case_reference": reference, "actor": actor}
        if isinstance(main, ArrivalForm):
            _enter(main, persons, told)
        elif isinstance(main, OneForm):
            _write(main.cleaned_data["people"][0], persons[0], told)
        elif isinstance(main, WhoForm):
            _end_or_keep(main.cleaned_data, told)

    return work


def _enter(main: ArrivalForm, persons: Sequence[PersonForm], told: dict[str, Any]) -> None:
    home, data = main.home(told["actor"]), main.cleaned_data
    for person in persons:
        register_arrival(personal=person.personal(), dwelling=home, on=data["on"], origin=data["origin"], **told)


def _write(one: Resident, person: PersonForm, told: dict[str, Any]) -> None:
    if isinstance(person, DataForm):
        change_personal_data(resident=one, changes=person.personal(), **told)
    else:
        register_birth(personal=person.personal(), parent=one, **told)


def _end_or_keep(data: dict[str, Any], told: dict[str, Any]) -> None:
    variation = Variation(data["variation"])
    for one in data["people"]:
        if variation in STAYING:
            confirm_staying(resident=one, variation=variation, **told)
        else:
            remove(resident=one, variation=variation, on=data["on"], destination=data["destination"], **told)
