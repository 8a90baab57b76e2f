"""A document's bytes, for whoever may read it."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest

from core.municipalities.middleware import no_door

from .rights import get_document_for
from .services import file_response


@no_door  # get_document_for opens the right one: the person's own rows, or the clerk's town
def download(request: HttpRequest, csv: str) -> FileResponse:
    """The latest version; a PDF opens in the browser, anything else is saved."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    document = get_document_for(actor, csv)
    versions = sorted(document.versions.all(), key=lambda version: version.number)
    if not versions:
        raise Http404  # not made yet
    return file_response(versions[-1])
