"""Staff pages inside the clerks' site: identification at the desk, and the operator's towns."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.identity.constants import Role
from core.identity.gateways import troubles
from core.identity.models import Membership, User
from core.identity.rights import require
from core.identity.services import DocumentInHand, person_for_desk
from core.identity.services.desk import DeskCode, link_at_desk, send_desk_code
from core.identity.services.memberships import adopt_modules, find_colleague, give_first_administrator
from core.municipalities.constants import Module
from core.municipalities.services import DomainError, all_towns, find_by_slug

PENDING = "identity_desk"


def _page(request: Any, template: str, title: str, **context: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), "title": title, **context})


class DeskForm(DocumentInHand):
    email = forms.EmailField(
        label=gettext_lazy("E-mail of her or his account"),
        required=False,
        help_text=gettext_lazy("A code is sent there, which she or he reads out. Leave it empty if there is none."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code that she or he reads out"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def desk(request: Any) -> HttpResponse:
    """A clerk with the document in her hand proves somebody's identity, and links her account where she has one."""
    require(request.actor, Role.REGISTRAR, Role.CENSUS_OFFICER)
    form = DeskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _identify(request, form)
        except DomainError as error:
            form.add_error({"identifier": "number"}.get(error.field or "", error.field), str(error.message))
    return _page(request, "admin/identity/desk.html", _("Identification at the desk"), form=form)


def _identify(request: Any, form: DeskForm) -> HttpResponse:
    identity, document = form.identity(), form.cleaned_data["document"]
    if not form.cleaned_data["email"]:
        person = person_for_desk(identity=identity, document=document, actor=request.actor)
        messages.success(request, _("The identity of %(person)s is proved.") % {"person": person})
        return redirect("admin:identity_staff:desk")
    user = find_colleague(form.cleaned_data["email"])
    pending = send_desk_code(user=user, identity=identity, document=document, actor=request.actor)
    request.session[PENDING] = pending.as_json()
    return redirect("admin:identity_staff:desk_code")


def desk_code(request: Any) -> HttpResponse:
    """The code that was mailed to the account."""
    require(request.actor, Role.REGISTRAR, Role.CENSUS_OFFICER)
    if PENDING not in request.session:
        return redirect("admin:identity_staff:desk")
    pending = DeskCode(**request.session[PENDING])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = link_at_desk(pending, code=form.cleaned_data["code"], actor=request.actor)
        except DomainError as error:
            request.session[PENDING] = pending.as_json()
            form.add_error(error.field if error.field == "code" else None, str(error.message))
        else:
            del request.session[PENDING]
            messages.success(request, _("The identity of %(person)s is proved.") % {"person": person})
            return redirect("admin:identity_staff:desk")
    user = User.objects.get(pk=pending.user_id)
    return _page(request, "admin/identity/desk_code.html", _("Code from her or his mail"), form=form, email=user.email)


class TownForm(forms.Form):
    modules = forms.MultipleChoiceField(
        label=gettext_lazy("Modules in use"),
        choices=Module.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail of the first administrator"),
        required=False,
        help_text=gettext_lazy("Only while the town hall has none. She or he must have an account here."),
    )


def towns(request: Any) -> HttpResponse:
    """Every town, its modules and whether somebody administers it; and what is configured wrong."""
    require(request.actor, Role.OPERATOR)
    held = Membership.objects.filter(role=Role.TOWN_ADMINISTRATOR, valid_to=None)
    administered = set(held.values_list("municipality_id", flat=True))
    labels = dict(Module.choices)
    rows = [
        (town.municipality, [labels[m] for m in sorted(town.modules)], town.municipality.pk in administered)
        for town in all_towns()
    ]
    context = {"rows": rows, "troubles": troubles()}
    return _page(request, "admin/identity/towns.html", _("Town halls of the province"), **context)


def town(request: Any, slug: str) -> HttpResponse:
    """One town's modules and its first administrator."""
    require(request.actor, Role.OPERATOR)
    found = find_by_slug(slug)
    if found is None:
        raise Http404
    form = TownForm(request.POST or None, initial={"modules": sorted(found.modules)})
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["email"]:
                user = find_colleague(form.cleaned_data["email"])
                give_first_administrator(town=found.municipality, user=user, actor=request.actor)
            adopt_modules(town=found.municipality, modules=form.cleaned_data["modules"], actor=request.actor)
        except DomainError as error:
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:identity_staff:towns")
    return _page(request, "admin/identity/town.html", found.municipality.name, form=form)
