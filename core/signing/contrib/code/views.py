"""Ask for the code; type it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.municipalities.services import DomainError
from core.signing import services
from core.signing.constants import STATEMENT, AttemptState, Method
from core.signing.models import SigningAttempt, SigningRequest
from core.signing.pages import client_hash, signing_page
from core.signing.words import grouped

from .codes import DIGITS, send_code, sign_with_code
from .forms import CodeForm


@signing_page("POST")
def send(request: Any, found: SigningRequest) -> HttpResponse:
    """Mail the code, and go on to where it is typed."""
    sha256 = request.POST.get("sha256", "")
    send_code(request=found, sha256=sha256, client=client_hash(request), actor=request.actor)
    return redirect("signing:code", signing_slug=found.slug)


@signing_page("GET", "HEAD", "POST")
def enter(request: Any, found: SigningRequest) -> HttpResponse:
    """Type the code: that signs."""
    attempt = _attempt(found)
    if attempt is None:
        if request.method == "POST":
            messages.error(request, _("Too much time has passed. Begin to sign again, please."))
        return redirect("signing:sign", signing_slug=found.slug)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            sign_with_code(request=found, code=code, client=client_hash(request), actor=request.actor)
        except DomainError as error:  # caught in the town's door, so that the try stays counted
            if error.field is None or error.code == "too_many":
                messages.error(request, str(error.message))
                return redirect("signing:sign", signing_slug=found.slug)
            form.add_error("code", str(error.message))
        else:
            messages.success(request, _("You have signed the document."))
            return redirect("signing:sign", signing_slug=found.slug)
    context = {
        "signing": found,
        "document": found.document,
        "version": attempt.version,
        "digest": grouped(attempt.version.sha256),
        "form": form,
        "email": attempt.data["email"],
        "until": attempt.expires_at,
        "statement": _(STATEMENT),
        "digits": DIGITS,
    }
    return render(request, "signing/code.html", context)


def _attempt(found: SigningRequest) -> SigningAttempt | None:
    rows = SigningAttempt.objects.filter(request=found, method=Method.CODE, state=AttemptState.OPEN)
    attempt = rows.filter(expires_at__gt=timezone.now()).select_related("version").last()
    return attempt if services.shown_version(found) == (attempt.version if attempt else None) else None
