"""The verbs of documents."""

from core.documents.codes import grouped_csv, normalise_csv
from core.documents.contexts import TEMPLATES
from core.documents.limits import allow, client_of, device_of

from .making import (
    ask_to_render,
    mark_failed,
    on_document_ready,
    render_and_seal,
    render_now,
    retry_document,
    set_render_queue,
)
from .sealing import seal_file
from .sending import file_response
from .storing import StoredBlob, discard, is_intact, open_blob, open_for_reader, store, store_or_refuse
from .sweeping import sweep_blobs
from .uploads import CheckedUpload, check_upload
from .verifying import Verification, open_verified, verify
from .writing import new_document, new_upload, save_all

__all__ = [
    "TEMPLATES",
    "CheckedUpload",
    "StoredBlob",
    "Verification",
    "allow",
    "ask_to_render",
    "check_upload",
    "client_of",
    "device_of",
    "discard",
    "file_response",
    "grouped_csv",
    "is_intact",
    "mark_failed",
    "new_document",
    "new_upload",
    "normalise_csv",
    "on_document_ready",
    "open_blob",
    "open_for_reader",
    "open_verified",
    "render_and_seal",
    "render_now",
    "retry_document",
    "save_all",
    "seal_file",
    "set_render_queue",
    "store",
    "store_or_refuse",
    "sweep_blobs",
    "verify",
]
