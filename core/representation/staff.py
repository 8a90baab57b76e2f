"""At the desk: a clerk writes down the power that somebody grants before her, or whose document she is shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import check_upload, new_upload, save_all, store_or_refuse
from core.identity.constants import PersonKind, Role
from core.identity.rights import require
from core.identity.services import (
    ProvedIdentity,
    find_person,
    is_number_of_entity,
    kind_of_number,
    normalise,
    person_for_desk,
)
from core.municipalities.services import DomainError

from .constants import Basis, Scope
from .models import Power
from .services import Grantor, grant, revoke_at_desk

FOR_ANOTHER = (Basis.PARENT, Basis.COMPANY, Basis.ASSOCIATION)  # whoever is represented can't stand there herself


class PowerForm(forms.Form):
    """Who stands at the desk is `person`; for a child or a company, that one is `for_name` and she speaks for it."""

    basis = forms.ChoiceField(label=gettext_lazy("Why somebody acts for another"), choices=Basis.choices)
    number = forms.CharField(label=gettext_lazy("NIF or NIE of the person before you"), max_length=12)
    given_name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    surname1 = forms.CharField(label=gettext_lazy("First surname"), max_length=60)
    surname2 = forms.CharField(label=gettext_lazy("Second surname"), max_length=60, required=False)
    for_name = forms.CharField(
        label=gettext_lazy("Child, company or association that is represented"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Leave it empty where the person before you is represented herself or himself."),
    )
    for_identifier = forms.CharField(
        label=gettext_lazy("Its NIF, or the child's number if there is one"), max_length=12, required=False
    )
    agent_name = forms.CharField(
        label=gettext_lazy("Representative: name and surnames"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Leave it empty where the person before you is the representative: a parent, say."),
    )
    agent_identifier = forms.CharField(label=gettext_lazy("Representative's NIF or NIE"), max_length=12, required=False)
    is_here = forms.BooleanField(
        label=gettext_lazy("The representative is here too, has shown a document, and accepts"), required=False
    )
    scope = forms.ChoiceField(label=gettext_lazy("What for"), choices=Scope.choices, initial=Scope.TOWN)
    procedures = forms.CharField(
        label=gettext_lazy("Procedures"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Codes separated by commas, or a whole family: URB-001, TRI."),
    )
    valid_to = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    proof = forms.FileField(
        label=gettext_lazy("Scan of the document shown"),
        required=False,
        help_text=gettext_lazy("Deed, family book, statutes, appointment."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("basis") in FOR_ANOTHER:
            for name in ("for_name", "proof"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("It is needed for a child, a company or an association."))
        elif data.get("for_name"):
            self.add_error("for_name", _("Choose above why somebody acts for it."))
        if data.get("for_identifier") and not (
            kind_of_number(data["for_identifier"]) or is_number_of_entity(data["for_identifier"])
        ):
            self.add_error("for_identifier", _("This number is not right: look at its letter again."))
        if bool(data.get("agent_name")) != bool(data.get("agent_identifier")):
            self.add_error("agent_identifier", _("Write both the name and the number of the representative."))
        if not data.get("agent_name") and data.get("basis") not in FOR_ANOTHER:
            self.add_error("agent_name", _("Write who the representative is."))
        return data


def new_power(request: Any) -> HttpResponse:
    """One form; the person before the clerk proves her identity by it, as at any desk."""
    require(request.actor, Role.REGISTRAR)
    form = PowerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                power = _register(form, request)
        except DomainError as error:
            field = {"identifier": "number"}.get(error.field or "", error.field)
            form.add_error(field if field in form.fields else None, str(error.message))
        else:
            messages.success(request, _("The power %(number)s is registered.") % {"number": power.number})
            return redirect("admin:representation_staff:new")
    context = {**admin.site.each_context(request), "title": _("Register a power"), "form": form}
    return render(request, "admin/representation/new.html", context)


def _register(form: PowerForm, request: Any) -> Any:
    data, actor = form.cleaned_data, request.actor
    number = normalise(data["number"])
    identity = ProvedIdentity(
        kind_of_number(number) or "", number, data["given_name"], data["surname1"], data["surname2"]
    )
    person = person_for_desk(identity=identity, document="DNI/NIE", actor=actor)
    for_another = bool(data["for_name"])
    grantor = Grantor(
        person=person,
        name=data["for_name"] if for_another else str(person),
        identifier=data["for_identifier"] if for_another else number,
        kind=PersonKind.LEGAL if is_number_of_entity(data["for_identifier"]) else PersonKind.NATURAL,
    )
    is_agent = not data["agent_name"]
    return grant(
        grantor=grantor,
        agent_name=str(person) if is_agent else data["agent_name"],
        agent_identifier=number if is_agent else data["agent_identifier"],
        basis=Basis(data["basis"]),
        scope=Scope(data["scope"]),
        procedures=[code.strip().upper() for code in data["procedures"].split(",") if code.strip()],
        valid_to=data["valid_to"],
        proof=_proof(data["proof"], actor) if data["proof"] else None,
        accepted=is_agent or (data["is_here"] and _is_known(data["agent_identifier"])),
        actor=actor,
    )


def _is_known(number: str) -> bool:
    """A representative whose identity nobody has proved yet accepts once she has: DomainError says so."""
    if find_person(kind_of_number(number) or "", number):
        return True
    raise DomainError(
        _("Prove the representative's identity first, at “Identify a person”; or leave it to her to accept on line."),
        field="is_here",
    )


def _proof(file: Any, actor: Any) -> Document:
    checked = check_upload(file, field="proof")
    document, version = new_upload(
        kind=DocumentKind.OTHER,
        title=checked.name,
        stored=store_or_refuse(actor.municipality_id, file),
        file_name=checked.name,
        mime=checked.mime,
        actor=actor,
    )
    save_all([document], [version])
    return document


class RevokeForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Who asks for it, and why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: Jon Aldana, whose DNI I have seen, sole administrator since May."),
    )
    proof = forms.FileField(
        label=gettext_lazy("Paper that proves it"),
        required=False,
        help_text=gettext_lazy("A company's or an association's power needs one: deed, minutes, certificate."),
    )


def revoke_power(request: Any) -> HttpResponse:
    """A power of the town by its number; whoever may revoke it stands there, or has sent a paper."""
    require(request.actor, Role.REGISTRAR)
    number = request.GET.get("number", "").strip().upper()
    power = Power.objects.filter(number=number).first() if number else None
    form = RevokeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and power and form.is_valid():
        try:
            with transaction.atomic():
                proof = _proof(form.cleaned_data["proof"], request.actor) if form.cleaned_data["proof"] else None
                revoke_at_desk(power, why=form.cleaned_data["why"], proof=proof, actor=request.actor)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            messages.success(request, _("The power %(number)s is revoked. Both have been told.") % {"number": number})
            return redirect("admin:representation_staff:revoke")
    title = _("Revoke a power")
    context = {**admin.site.each_context(request), "title": title, "form": form, "power": power, "number": number}
    return render(request, "admin/representation/revoke.html", context)
