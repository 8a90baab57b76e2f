"""Bytes that an attempt needs for some minutes: AutoFirma's answer, a file whose signature is being made elsewhere.

They lie among the town's blobs with something random before them, so no document can ever have their hash, and they
can be thrown away. `data["aside"]` of the attempt names them.
"""

import io
import logging
import secrets

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.documents.models import DocumentVersion
from core.documents.services import discard, open_blob, store_or_refuse
from core.documents.services.storing import away
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing.constants import AttemptState
from core.signing.models import SigningAttempt

logger = logging.getLogger(__name__)
ASIDE, SALT = "aside", 32  # bytes that nobody can guess


def put_aside(municipality_id: int, content: bytes) -> str:
    """Keep them; the SHA-256 by which they are found. DomainError `away` where the storage does not answer."""
    return store_or_refuse(municipality_id, io.BytesIO(secrets.token_bytes(SALT) + content)).sha256


def read_aside(attempt: SigningAttempt) -> bytes:
    """DomainError `taken` where somebody has just looked at them, and thrown them away."""
    held = DocumentVersion(municipality_id=attempt.municipality_id, sha256=attempt.data[ASIDE])
    try:
        with open_blob(held) as blob:
            return blob.read()[SALT:]
    except FileNotFoundError as error:
        raise taken() from error
    except OSError as error:
        raise away(error) from error


def taken() -> DomainError:
    """For whoever brings the same answer twice, at the same moment too."""
    return DomainError(_("This signature is being looked at already. Look again in a moment."), code="taken")


def throw_away(municipality_id: int, sha256: str) -> bool:
    """Whether they are gone; what the storage does not let go now, `sweep_aside` throws away at night."""
    try:
        discard(municipality_id, sha256)
    except OSError as error:
        logger.warning("what was put aside to be signed stays until tonight: %s", error)
        return False
    return True


def forget_aside(attempt: SigningAttempt) -> None:
    """The attempt is over, and that is committed: nobody needs its bytes any more."""
    town, kept = attempt.municipality_id or 0, attempt.data.get(ASIDE)
    if kept and throw_away(town, kept):
        with acting_for(town):
            _unname(attempt.pk)


def sweep_aside(municipality_id: int) -> int:
    """Throw away what the town's attempts have left that ended, or that nobody came back to; how many."""
    with acting_for(municipality_id):
        over = ~Q(state=AttemptState.OPEN) | Q(expires_at__lt=timezone.now())
        left = list(SigningAttempt.objects.filter(over, data__has_key=ASIDE).values_list("pk", "data__aside"))
    gone = [pk for pk, kept in left if throw_away(municipality_id, kept)]
    with acting_for(municipality_id):
        for pk in gone:
            _unname(pk)
    return len(gone)


def _unname(pk: int) -> None:
    attempt = SigningAttempt.objects.select_for_update(of=("self",)).get(pk=pk)
    attempt.data.pop(ASIDE, None)
    attempt.save(update_fields=["data"])
