"""Anybody checks the code (CSV) of a document; no account is needed."""

from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.documents.services import client_of, open_verified, verify
from core.municipalities.middleware import no_door
from core.municipalities.services import DomainError

from .errors import error_page


class CodeForm(forms.Form):
    csv = forms.CharField(
        label=_("Code of the document (CSV)"),
        help_text=_("You will find it at the foot of each page. Capitals, spaces and dashes make no difference."),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "code w-20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that stands on the document")},
    )


class FactorForm(forms.Form):
    factor = forms.CharField(
        label=_("Last four characters of the holder's identity document"),
        help_text=_("The document shows personal data: whoever holds it knows them. For example, 678Z."),
        max_length=12,
        widget=forms.TextInput(attrs={"class": "w-6", "autocomplete": "off"}),
        error_messages={"required": _("Type the last four characters of the holder's identity document")},
    )


# what no other code or number would mend, with its status
REFUSALS = {"too_many": 429, "away": 503, "lost": 409}


def _refused(request: Any, error: DomainError) -> HttpResponse:
    status = REFUSALS[error.code or "too_many"]
    return error_page(request, status, message=error.message)


@no_door  # the service opens the door of the town that the code leads to
def verify_document(request: Any) -> HttpResponseBase:
    """`?csv=` shows what there is; POST with `csv` and `factor` streams the document itself."""
    code = (request.POST if request.method == "POST" else request.GET).get("csv", "")
    form = CodeForm({"csv": code} if code or "csv" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context["found"] = verify(code, client=client_of(request))
        except DomainError as error:
            return _refused(request, error)
        if request.method == "POST" and context["found"]:
            return _show(request, code, context)
        context |= {"asked": code, "factor_form": FactorForm()}
    return render(request, "portal/verify.html", context)


def _show(request: Any, code: str, context: dict[str, Any]) -> HttpResponseBase:
    factor = FactorForm(request.POST)
    needs = context["found"].needs_factor
    if needs and not factor.is_valid():
        return render(request, "portal/verify.html", context | {"asked": code, "form": factor, "factor_form": factor})
    try:
        version, blob = open_verified(
            code, factor=factor.cleaned_data["factor"] if needs else "", client=client_of(request)
        )
    except DomainError as error:
        if error.code in REFUSALS:
            return _refused(request, error)
        factor.add_error("factor" if needs else None, str(error.message))
        return render(request, "portal/verify.html", context | {"asked": code, "form": factor, "factor_form": factor})
    response = FileResponse(blob, content_type=version.mime, filename=version.file_name, as_attachment=True)
    response["Cache-Control"] = "private, no-store"
    return response


@no_door
def short_address(request: Any, csv: str) -> HttpResponseRedirect:
    """`/v/<CSV>`, as the QR of a document says it: the page in the language that the browser asks for."""
    return HttpResponseRedirect(f"{reverse('portal:verify')}?csv={csv}")
