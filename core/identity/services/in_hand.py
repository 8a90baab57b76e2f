"""The identity document that somebody at the desk holds out, as a clerk writes it down: every desk asks it alike."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.identity.constants import IdentifierKind
from core.municipalities.services import DomainError

from .persons import ProvedIdentity, kind_of_number


class DocumentInHand(forms.Form):
    document = forms.ChoiceField(
        label=gettext_lazy("Document that you have in your hand"),
        choices=[("DNI", "DNI"), ("NIE", "NIE"), ("passport", gettext_lazy("Passport"))],
    )
    number = forms.CharField(label=gettext_lazy("Number"), max_length=30)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=gettext_lazy("Country of the passport"),
        initial="ES",
        help_text=gettext_lazy("Two letters: ES, FR, MA."),
    )
    given_name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    surname1 = forms.CharField(label=gettext_lazy("First surname"), max_length=60)
    surname2 = forms.CharField(label=gettext_lazy("Second surname"), max_length=60, required=False)

    def identity(self) -> ProvedIdentity:
        """Of the person before the clerk; DomainError where the number can't be right."""
        data = self.cleaned_data
        kind = IdentifierKind.PASSPORT if data["document"] == "passport" else kind_of_number(data["number"])
        if kind is None:
            raise DomainError(_("This number is not right: look at its letter again."), field="number")
        country = data["country"].upper() if kind == IdentifierKind.PASSPORT else "ES"
        names = (data["given_name"], data["surname1"], data["surname2"])
        return ProvedIdentity(kind, data["number"], *names, country=country)
