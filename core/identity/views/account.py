"""Choosing how to identify oneself, and one's own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit.services import explain, readings_about
from core.identity.services import change_account, merged_persons, proved_identifiers
from core.municipalities.middleware import no_door

from .door import safe_next


class AccountForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language in which we write to you"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


@no_door
def choose(request: Any) -> HttpResponse:
    """The ways to prove who one is, and the account's sign-in for whoever needs no proof."""
    then = safe_next(request, settings.LOGIN_REDIRECT_URL)
    return render(request, "identity/choose.html", {"next": then})


@login_required
def account(request: Any) -> HttpResponse:
    """Name, language, and whether the identity is proved."""
    user = request.user
    form = AccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if user.person and user.person.is_proved:
        form.fields["name"].disabled = True
        form.fields["name"].help_text = _("It is the name of your proved identity.")
    if request.method == "POST" and form.is_valid():
        change_account(user, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("Your account is changed."))
        return redirect("identity:account")
    numbers = proved_identifiers(user.person) if user.person else []
    return render(request, "identity/account.html", {"form": form, "person": user.person, "numbers": numbers})


@login_required
@no_door
def readings(request: Any) -> HttpResponse:
    """Who has looked at my data, in which town hall, and why."""
    rows = readings_about(*merged_persons(request.user.person_id)) if request.user.person_id else []
    return render(request, "identity/readings.html", {"rows": [(row, explain(row)) for row in rows]})
