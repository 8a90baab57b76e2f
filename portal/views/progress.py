"""How a request stands, for whoever knows its number and the end of an identity document on it; nothing else of it."""

import hmac
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from case_files.models import CaseFile, CaseParty
from core.documents.services import allow, client_of
from core.municipalities.constants import Module
from portal import status

from .errors import error_page

ASKED_AN_HOUR = 10  # of one number, and of one address: four characters are soon tried


class ProgressForm(forms.Form):
    reference = forms.CharField(
        label=_("Number of the request"),
        help_text=_("It stands on the receipt. For example, MUN-2026-000123."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "w-10", "autocomplete": "off"}),
        error_messages={"required": _("Type the number of the request")},
    )
    ending = forms.CharField(
        label=_("Last four characters of the identity document"),
        help_text=_("Of the person who made the request. For example, 678Z."),
        max_length=12,
        widget=forms.TextInput(attrs={"class": "w-6", "autocomplete": "off"}),
        error_messages={"required": _("Type the last four characters of the identity document")},
    )


def progress(request: Any) -> HttpResponse:
    """One answer for a wrong number and a wrong document: nobody learns which numbers there are."""
    if request.town is None or Module.CASE_FILES not in request.town.modules:
        raise Http404
    form = ProgressForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        reference = form.cleaned_data["reference"].strip().upper()
        if not all(_may_ask(key) for key in (f"of:{reference}", f"by:{client_of(request)}")):
            return error_page(request, 429)
        row = _find(reference, form.cleaned_data["ending"])
        if row is None:
            form.add_error("reference", _("We find no request with this number and this document. Check both."))
        else:
            context |= status.line(row)
    return render(request, "portal/progress.html", context)


def _may_ask(key: str) -> bool:
    return allow(f"progress:{key}", limit=ASKED_AN_HOUR, seconds=3600)


def _find(reference: str, ending: str) -> CaseFile | None:
    row = CaseFile.objects.filter(reference=reference, discreet=False).first()
    if row is None:
        return None
    given = _last_four(ending)
    identifiers = CaseParty.objects.filter(case_file=row).values_list("identifier", flat=True)
    fits = [hmac.compare_digest(_last_four(one).encode(), given.encode()) for one in identifiers if one]
    return row if len(given) == 4 and any(fits) else None


def _last_four(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()[-4:]
