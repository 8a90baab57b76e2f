"""The clerks' page on which a request for somebody at the desk begins."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.identity.constants import Role
from core.identity.rights import require
from core.identity.services import DocumentInHand, person_for_desk
from core.municipalities.services import DomainError

from .catalogue import find_definition
from .constants import Consent
from .models import Draft, TownProcedure
from .services.desk import TEXT, drafts_at_desk, start_for


class FilingForm(DocumentInHand):
    field_order = ("procedure",)
    procedure = forms.ChoiceField(label=gettext_lazy("Procedure"))
    consent = forms.ChoiceField(
        label=gettext_lazy("How she or he consents"), choices=Consent.choices, widget=forms.RadioSelect
    )
    scan = forms.FileField(label=gettext_lazy("Scan of the signed paper"), required=False)


def file_for(request: Any) -> HttpResponse:
    """Choose the procedure, identify the person, write down her consent; the wizard's own pages follow."""
    require(request.actor, Role.REGISTRAR)
    form = FilingForm(request.POST or None, request.FILES or None, initial={"procedure": request.GET.get("procedure")})
    form.fields["procedure"].choices = _procedures(request.actor.municipality_id)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                draft = _begin(request, form)
        except DomainError as error:
            field = {"identifier": "number", "consent": "scan"}.get(error.field or "", error.field)
            form.add_error(field if field in form.fields else None, str(error.message))
        else:
            return redirect("procedures:resume", slug=draft.slug)
    context = {
        **admin.site.each_context(request),
        "title": _("File for somebody at the desk"),
        "form": form,
        "text": TEXT[0 if (get_language() or "eu").startswith("eu") else 1],
        "drafts": drafts_at_desk(request.actor),
    }
    return render(request, "admin/procedures/filing.html", context)


def _procedures(town_id: int) -> list[tuple[str, str]]:
    offered = TownProcedure.objects.filter(municipality=town_id, enabled=True).select_related("procedure")
    named = sorted((str(one.procedure), one.procedure.code) for one in offered)
    return [("", "–"), *((code, f"{name} ({code})") for name, code in named)]


def _begin(request: Any, form: FilingForm) -> Draft:
    data = form.cleaned_data
    procedure = find_definition(data["procedure"])
    if procedure is None:
        raise DomainError(_("This town hall does not offer this procedure on line."), code="off")
    person = person_for_desk(identity=form.identity(), document=data["document"], actor=request.actor)
    return start_for(
        procedure=procedure,
        person=person,
        consent=Consent(data["consent"]),
        scan=data["scan"],
        language=(get_language() or "eu")[:2],
        actor=request.actor,
    )
