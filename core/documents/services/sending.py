"""A document's bytes on their way to a reader."""

from django.http import FileResponse
from django.utils.http import content_disposition_header

from core.documents.models import DocumentVersion

from .storing import open_for_reader


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
