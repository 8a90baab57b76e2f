"""What is kept between AutoFirma and the browser: an attempt's two identifiers, each good once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.municipalities.models import open_municipality
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing import services
from core.signing.constants import AttemptState, Method
from core.signing.models import ExchangeToken, Signature, SigningAttempt, SigningRequest

from . import protocol
from .codec import cipher

MINUTES = 20  # to open AutoFirma and to choose a certificate
LONGEST = timedelta(hours=1)  # however often AutoFirma says that she is at it
KEPT = timedelta(hours=12)  # an answer, for whoever closed the browser meanwhile
LATER = ("waiting", "away", "unknown", "taken")  # nothing is wrong with the answer: look again


def _service(name: str) -> str:
    """A service's own address: no town in it, and no parameters, which AutoFirma refuses."""
    return f"{settings.BASE_URL}{reverse(name, urlconf='core.signing.root_urls')}"


@transaction.atomic
def begin(*, request: SigningRequest, sha256: str, actor: Actor) -> SigningAttempt:
    """An attempt with its identifiers and key; see `services.begin` for refusals."""
    ids = {"file_id": protocol.new_id(), "answer_id": protocol.new_id()}
    attempt = services.begin(
        request=request,
        method=Method.AUTOFIRMA,
        sha256=sha256,
        minutes=MINUTES,
        data={**ids, "key": protocol.new_key()},
        actor=actor,
    )
    ExchangeToken.objects.bulk_create(
        ExchangeToken(token=token, municipality_id=open_municipality() or 0, attempt_id=attempt.pk)
        for token in ids.values()
    )
    return attempt


def address_of(attempt: SigningAttempt) -> str:
    """What her browser opens AutoFirma with."""
    data = attempt.data
    return protocol.address(file_id=data["file_id"], key=data["key"], retriever=_service("signing_retriever"))


def hand_out(file_id: str) -> str:
    """What to sign, ciphered, the first time that it is asked for; empty for any other identifier or time."""
    with _attempt_of(file_id, "file_id") as attempt:
        if attempt is None or "fetched_at" in attempt.data:
            return ""
    told = protocol.instructions(
        services.read(attempt.version),
        answer_id=attempt.data["answer_id"],
        key=attempt.data["key"],
        storage=_service("signing_storage"),
    )
    with _attempt_of(file_id, "file_id") as attempt:
        if attempt is None or "fetched_at" in attempt.data:
            return ""
        attempt.data["fetched_at"] = timezone.now().isoformat(timespec="seconds")
        attempt.save(update_fields=["data"])
        return cipher(told, attempt.data["key"])


def keep(answer_id: str, text: str) -> bool:
    """Keep AutoFirma's answer, once; whether there was anybody waiting for it."""
    is_answer = text.strip().upper() != protocol.WAIT
    with _attempt_of(answer_id, "answer_id") as attempt:
        if attempt is None or not _awaits(attempt):
            return False
        if not is_answer:
            now = timezone.now()
            attempt.data["working_at"] = now.isoformat(timespec="seconds")
            attempt.expires_at = min(now + timedelta(minutes=MINUTES), attempt.created_at + LONGEST)
            attempt.save(update_fields=["data", "expires_at"])
            return True
    town = attempt.municipality_id or 0
    kept = services.put_aside(town, text.encode())
    with _attempt_of(answer_id, "answer_id") as attempt:
        if attempt is not None and _awaits(attempt):
            attempt.data[services.ASIDE], attempt.expires_at = kept, timezone.now() + KEPT
            attempt.save(update_fields=["data", "expires_at"])
            return True
    services.throw_away(town, kept)
    return False


def _awaits(attempt: SigningAttempt) -> bool:
    return "fetched_at" in attempt.data and services.ASIDE not in attempt.data


def state_of(attempt: SigningAttempt | None) -> str:
    """For the page that waits: `waiting`, `working` (AutoFirma is open), `answered`, `over`."""
    if attempt is None:
        return "over"
    data = attempt.data
    if services.ASIDE in data:
        return "answered"
    return "working" if "working_at" in data or "fetched_at" in data else "waiting"


def open_attempt(request: SigningRequest) -> SigningAttempt | None:
    rows = SigningAttempt.objects.filter(request=request, method=Method.AUTOFIRMA, state=AttemptState.OPEN)
    return rows.filter(expires_at__gt=timezone.now()).select_related("version").last()


def take(*, request: SigningRequest, client: str, actor: Actor) -> Signature:
    """Look at what AutoFirma brought, and keep the signature. While no door is open. DomainError says what to do; with
    a code of LATER what came is still there, or nothing has come yet."""
    with acting_for(request.municipality_id or 0):
        attempt = services.lock_attempt(request, Method.AUTOFIRMA)
    if services.ASIDE not in attempt.data:
        raise DomainError(
            _("AutoFirma has not brought the signature yet. Finish there, and look again."), code="waiting"
        )
    try:
        signed = protocol.read_answer(services.read_aside(attempt).decode(errors="replace"), attempt.data["key"])
        return services.take_signed_file(attempt=attempt, signed=signed, more={"client": client}, actor=actor)
    except DomainError as error:
        if error.code not in LATER:
            services.fail(attempt=attempt, reason=str(error.message), actor=actor)
        raise


@contextmanager
def _attempt_of(token: str, name: str) -> Iterator[SigningAttempt | None]:
    """The attempt that an identifier belongs to, locked, in its town; None where there is none, or no more."""
    row = ExchangeToken.objects.filter(pk=token[: protocol.ID_LENGTH + 1]).first()
    if row is None:
        yield None
        return
    with acting_for(row.municipality_id):
        held = SigningAttempt.objects.select_for_update(of=("self",)).filter(
            pk=row.attempt_id, state=AttemptState.OPEN, expires_at__gt=timezone.now(), **{f"data__{name}": token}
        )
        yield held.select_related("version").first()
