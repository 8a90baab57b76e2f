"""What is to be signed: the exact file, the ways, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.documents.models import DocumentVersion
from core.documents.services import file_response

from . import services
from .constants import STATEMENT, RequestState
from .models import Signature, SigningRequest
from .pages import signing_page
from .words import grouped


@signing_page("GET", "HEAD")
def sign(request: Any, found: SigningRequest) -> HttpResponse:
    """The document, what signing it means, and each way in which she can."""
    signature = Signature.objects.filter(request=found).select_related("version").last()
    is_open = found.state == RequestState.OPEN
    version = signature.version if signature else services.shown_version(found) if is_open else None
    context = {
        "signing": found,
        "document": found.document,
        "version": version,
        "digest": grouped(version.sha256) if version else "",
        "ways": services.ways(version, request.actor) if version and is_open else [],
        "signature": signature,
        "statement": _(STATEMENT),
        "is_open": is_open,
    }
    return render(request, "signing/sign.html", context)


@signing_page("GET", "HEAD")
def file(request: Any, found: SigningRequest) -> HttpResponse | FileResponse:
    """The exact bytes that are signed; `signed` in the address asks for the file with her signature in it."""
    signature = Signature.objects.filter(request=found).select_related("version", "signed_version").last()
    if signature:
        version = signature.signed_version if "signed" in request.GET else signature.version
    else:  # what she is not asked to sign any more is not hers to read by this way
        version = services.shown_version(found) if found.state == RequestState.OPEN else None
    if version is None:
        raise Http404
    return file_response(version)


@signing_page("GET", "HEAD")
def proof(request: Any, found: SigningRequest) -> HttpResponse | FileResponse:
    """The sealed sheet of evidence; 404 while it is being made."""
    signature = Signature.objects.filter(request=found).last()
    version = DocumentVersion.objects.filter(document=signature.proof_id).last() if signature else None
    if version is None:
        raise Http404
    return file_response(version)


@signing_page("POST")
def decline(request: Any, found: SigningRequest) -> HttpResponse:
    """She won't sign."""
    services.decline(request=found, reason=request.POST.get("reason", ""), actor=request.actor)
    messages.success(request, _("The town hall has been told that you do not sign it."))
    return redirect("signing:sign", signing_slug=found.slug)
