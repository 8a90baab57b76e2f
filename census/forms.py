"""The census desk's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.audit.services import Actor
from core.municipalities.models import open_municipality
from core.territory.models import Street

from .constants import PURPOSES, SlipLanguage
from .models import Dwelling, Resident
from .services import add_dwelling


class SearchForm(forms.Form):
    """Looking at people's data takes a reason, which the person may read in her folder (RGPD, art. 5.2)."""

    text = forms.CharField(
        label=_("Name, surnames or identity document"),
        max_length=80,
        help_text=_("The beginning of each word is enough."),
    )
    reason = forms.CharField(
        label=_("Reason for looking"), max_length=200, help_text=_("For example the reference of the case file.")
    )


class SlipForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=SlipLanguage)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", "—"), *PURPOSES.items()], required=False)


class DwellingForm(forms.Form):
    """A dwelling of the census near what was filed, or one that it does not know yet."""

    dwelling = forms.ModelChoiceField(
        label=_("Dwelling"), queryset=Dwelling.objects.none(), required=False, empty_label=_("Another one, given below")
    )
    street = forms.ModelChoiceField(label=_("Street"), queryset=Street.objects.none(), required=False)
    number = forms.CharField(label=_("Number"), max_length=6, required=False)
    stair = forms.CharField(label=_("Stair"), max_length=2, required=False)
    floor = forms.CharField(label=_("Floor"), max_length=3, required=False)
    door = forms.CharField(label=_("Door"), max_length=4, required=False)

    def __init__(self, *args: Any, near: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["dwelling"].queryset = Dwelling.objects.filter(pk__in=near).select_related("street")
        fields["street"].queryset = Street.objects.filter(municipality_id=open_municipality() or 0)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("dwelling") and not (data.get("street") and data.get("number")):
            raise forms.ValidationError(_("Choose a dwelling, or give the street and the number of one."))
        return data

    def home(self, actor: Actor) -> Dwelling:
        """The chosen dwelling, or the one that is added."""
        chosen: Dwelling | None = self.cleaned_data["dwelling"]
        names = ("street", "number", "stair", "floor", "door")
        return chosen or add_dwelling(actor=actor, **{name: self.cleaned_data[name] for name in names})


class MoveForm(DwellingForm):
    """Where a filed move goes, and who moves."""

    residents = forms.ModelMultipleChoiceField(
        label=_("Who moves"), queryset=Resident.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label=_("Date of the move"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, near: list[int], neighbours: list[int], **kwargs: Any) -> None:
        super().__init__(*args, near=near, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["residents"].queryset = Resident.objects.filter(pk__in=neighbours)
