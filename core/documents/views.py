"""A document's bytes, for whoever may read it."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils.http import content_disposition_header

from core.municipalities.middleware import no_door

from .models import DocumentVersion
from .rights import get_document_for
from .services import open_for_reader


@no_door  # get_document_for opens the right one: the person's own rows, or the clerk's town
def download(request: HttpRequest, csv: str) -> FileResponse:
    """The latest version; a PDF opens in the browser, anything else is saved."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    document = get_document_for(actor, csv)
    versions = sorted(document.versions.all(), key=lambda version: version.number)
    if not versions:
        raise Http404  # not made yet
    return file_response(versions[-1])


def file_response(version: DocumentVersion) -> FileResponse:
    """Streams a version under headers that let no browser run what somebody uploaded."""
    blob = open_for_reader(version)
    is_pdf = version.mime == "application/pdf"
    response = FileResponse(blob, content_type="application/pdf" if is_pdf else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not is_pdf, version.file_name) or "attachment"
    response["Content-Length"] = str(version.size)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
