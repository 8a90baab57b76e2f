"""The public check of a document's code: anybody may ask, so as little as possible is told, and not too often."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from core.documents.codes import grouped_csv, normalise_csv
from core.documents.constants import DocumentKind, DocumentState
from core.documents.limits import allow
from core.documents.models import Document, DocumentVersion, VerificationCode
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, Town, find_town

from .storing import away, is_intact, open_for_reader

# of one address in a minute: a person types a handful, a machine that tries codes gets nowhere (130 bits)
ASKED_A_MINUTE = 30
# of one document in an hour, whoever asks: four characters are soon tried
FACTORS_AN_HOUR = 10


@dataclass(frozen=True)
class Verification:
    """What the public page says about a document; nothing of its contents."""

    csv: str
    grouped: str
    title_eu: str
    title_es: str
    kind: DocumentKind
    town: Town
    issued_at: datetime
    state: DocumentState
    language: str
    from_citizen: bool
    file_name: str
    mime: str
    size: int
    pages: int | None
    sha256: str
    sealed_at: datetime | None
    signer: str
    intact: bool
    needs_factor: bool  # the document shows personal data: ask for the holder's last four characters
    viewable: bool  # ready, ours, and may be shown here

    @property
    def sealed(self) -> bool:
        return self.sealed_at is not None


def verify(csv: str, *, client: str = "") -> Verification | None:
    """What there is under this code, in whatever form it was typed; None where there is nothing.

    `client` is whom to count against (an address). DomainError when it asked too often, or (code `away`) when the file
    can't be looked at now: nobody is told that a document was changed because a disk is slow. Opens the right town's
    door.
    """
    if client and not allow(f"verify:{client}", limit=ASKED_A_MINUTE, seconds=60):
        raise DomainError(_("Too many questions in a short time. Wait a minute and try again."), code="too_many")
    found = _find(csv)
    if found is None:
        return None
    document, version = found
    try:
        intact = bool(version and is_intact(version))
    except OSError as error:
        raise away(error) from error
    return Verification(
        csv=document.csv,
        grouped=grouped_csv(document.csv),
        title_eu=document.title_eu,
        title_es=document.title_es,
        kind=DocumentKind(document.kind),
        town=find_town(document.municipality_id or 0),
        issued_at=version.created_at if version else document.created_at,
        state=DocumentState(document.state),
        language=document.language,
        from_citizen=document.from_citizen,
        file_name=version.file_name if version else "",
        mime=version.mime if version else "",
        size=version.size if version else 0,
        pages=version.pages if version else None,
        sha256=version.sha256 if version else "",
        sealed_at=version.sealed_at if version else None,
        signer=version.signer if version else "",
        intact=intact,
        needs_factor=bool(_factor(document)),
        viewable=_viewable(document, version),
    )


def open_verified(csv: str, *, factor: str = "", client: str = "") -> tuple[DocumentVersion, BinaryIO]:
    """The document itself, for whoever has its code and, where it shows personal data, the holder's last four.

    DomainError (fields `csv`, `factor`) when there is none to show, the factor is wrong, or it was tried too often.
    """
    if client and not allow(f"verify:{client}", limit=ASKED_A_MINUTE, seconds=60):
        raise DomainError(_("Too many questions in a short time. Wait a minute and try again."), code="too_many")
    document, version = _find(csv) or (None, None)
    if document is None or version is None or not _viewable(document, version):
        raise DomainError(_("There is no document to show under this code."), field="csv")
    if expected := _factor(document):
        if not allow(f"factor:{document.csv}", limit=FACTORS_AN_HOUR, seconds=3600):
            raise DomainError(_("Too many attempts for this document. Try again in an hour."), code="too_many")
        given = "".join(filter(str.isalnum, factor)).upper()[-4:]
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise DomainError(
                _("These are not the last four characters of the holder's identity document."), field="factor"
            )
    return version, open_for_reader(version)


def _find(csv: str) -> tuple[Document, DocumentVersion | None] | None:
    code = normalise_csv(csv)
    row = VerificationCode.objects.filter(pk=code).first() if code else None
    if row is None:
        return None
    with acting_for(row.municipality_id):
        document = Document.objects.filter(csv=row.csv).first()
        return (document, document.versions.order_by("-number").first()) if document else None


def _factor(document: Document) -> str:
    """The holder's last four; a document that names its party by number has a holder too."""
    identifier = document.context.get("holder_identifier") or document.context.get("party_identifier") or ""
    return "".join(filter(str.isalnum, str(identifier))).upper()[-4:]


def _viewable(document: Document, version: DocumentVersion | None) -> bool:
    """Only what the town hall itself issued: an upload may be anything and is shown to nobody who has just a code."""
    return bool(version and document.template and document.state == DocumentState.READY)
