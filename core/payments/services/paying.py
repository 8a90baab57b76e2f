"""Beginning to pay: one attempt at a time, so that nobody pays twice by going back or by a second tab."""

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import ask_to_render, new_document, save_all
from core.municipalities.models import open_municipality
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, terms
from core.payments.constants import AttemptState, ChargeState, GatewayCode, MessageKind
from core.payments.cuaderno60 import MOST_CENTS, Slip, make_slip
from core.payments.gateways import Addresses, Away, Gateway, Handover, Taken, find_gateway, lacking
from core.payments.models import CallbackToken, Charge, GatewayMessage, PaymentAttempt, PaymentMethod

from .charging import lock

# so long the same order is taken to the bank again: it refuses to be paid twice
SAME_ORDER = timedelta(minutes=30)
_LETTERS = string.digits + string.ascii_uppercase


@dataclass(frozen=True)
class Begun:
    attempt: PaymentAttempt
    handover: Handover


def methods_for(charge: Charge) -> list[tuple[PaymentMethod, Gateway]]:
    """The ways in which this charge can be paid now, in the town's order; inside the town's door."""
    if charge.state != ChargeState.DUE:
        return []
    known = PaymentMethod.objects.filter(enabled=True, gateway__in=settings.PAYMENT_GATEWAYS)
    found = [(method, find_gateway(method.gateway)) for method in known if not lacking(method)]
    return [(method, gateway) for method, gateway in found if not gateway.numbered or _fits_a_slip(charge)]


def _fits_a_slip(charge: Charge) -> bool:
    """A bank takes no slip after its last day, nor more than eight digits of cents."""
    return charge.due_on >= terms.local_today() and charge.amount_cents <= MOST_CENTS


def begin_payment(*, charge: Charge, gateway: str, addresses: Addresses, language: str, actor: Actor) -> Begun:
    """An attempt to pay the charge, and how the citizen goes on. Opens the charge's town itself.

    An order that is still open is taken to the bank again. DomainError: `paid`; `waiting` while the bank has not said
    what came of the last one; `doubtful` while a clerk looks at a payment of another amount; `off` where the town has
    no such way; `away` where the gateway does not answer.
    """
    with acting_for(charge.municipality_id or 0):
        held = lock(charge)
        method = PaymentMethod.objects.filter(gateway=gateway, enabled=True).first()
        if held.state != ChargeState.DUE:
            raise DomainError(_("This is already paid, or nothing is owed any more."), code="paid")
        if method is None or gateway not in [known.gateway for known, _gateway in methods_for(held)]:
            raise DomainError(_("It can't be paid in this way. Choose another one."), code="off")
        door = find_gateway(gateway)
        attempt = _open_attempt(held, gateway) or _new_attempt(held, door, actor=actor)
        attempt.charge = held
        try:
            handover = door.begin(attempt, method, _notified(addresses, attempt), language)
        except Taken as error:
            raise _waiting() from error
        except Away as error:
            message = _("The bank's page does not answer now. Try again in a few minutes, or pay in another way.")
            raise DomainError(message, code="away") from error
        if gateway == GatewayCode.BANK_SLIP and attempt.document_id is None:
            attempt.document = _slip_document(held, attempt, method, actor)
        attempt.state = AttemptState.SENT
        attempt.save(update_fields=["state", "external_id", "document"])
        return Begun(attempt, handover)


def _notified(addresses: Addresses, attempt: PaymentAttempt) -> Addresses:
    return Addresses(addresses.back_ok, addresses.back_ko, addresses.notify.replace("TOKEN", attempt.token))


def _open_attempt(charge: Charge, gateway: str) -> PaymentAttempt | None:
    """The attempt that goes on, where there is one; DomainError while the bank may still say that it is paid."""
    attempts = list(PaymentAttempt.objects.select_for_update(of=("self",)).filter(charge=charge))
    if any(attempt.state == AttemptState.DOUBTFUL for attempt in attempts):
        message = _("The bank says that another amount was paid. The town hall is looking at it, and will tell you.")
        raise DomainError(message, code="doubtful")
    if any(attempt.state == AttemptState.UNKNOWN for attempt in attempts):
        raise _waiting()
    since = timezone.now() - SAME_ORDER
    for attempt in reversed(attempts):
        fresh = attempt.created_at > since or attempt.gateway == GatewayCode.BANK_SLIP
        if attempt.gateway == gateway and attempt.state == AttemptState.SENT and fresh:
            return attempt
    return None


def _waiting() -> DomainError:
    message = _("We are waiting for the bank to say whether it is paid. Look here again in some minutes.")
    return DomainError(message, code="waiting")


def _new_attempt(charge: Charge, gateway: Gateway, *, actor: Actor) -> PaymentAttempt:
    attempt = PaymentAttempt(
        charge=charge,
        gateway=gateway.code,
        order=next_slip_number() if gateway.numbered else _new_order(),
        amount_cents=charge.amount_cents,
    )
    attempt.save(force_insert=True)
    CallbackToken.objects.create(token=attempt.token, municipality_id=charge.municipality_id or 0)
    data = {"gateway": gateway.code, "order": attempt.order}
    record("payments.begun", actor=actor, target=charge, subject=charge.person_id, data=data)
    return attempt


def _new_order() -> str:
    """Four digits (year and month) and eight characters of chance: what Redsys wants of an order, never used twice."""
    return f"{terms.local_today():%y%m}" + "".join(secrets.choice(_LETTERS) for _each in range(8))


def next_slip_number() -> str:
    """The next ten-digit reference of the open town."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_slipcounter AS c (municipality_id, last_number) VALUES (%s, 1) "
            "ON CONFLICT (municipality_id) DO UPDATE SET last_number = c.last_number + 1 RETURNING last_number",
            [open_municipality()],
        )
        return f"{cursor.fetchone()[0]:010d}"


def slip_of(charge: Charge, attempt: PaymentAttempt, method: PaymentMethod) -> Slip:
    """The numbers of the charge's slip."""
    return make_slip(
        issuer=method.issuer,
        suffix=method.suffix,
        number=attempt.order,
        amount_cents=attempt.amount_cents,
        until=charge.due_on,
    )


def _slip_document(charge: Charge, attempt: PaymentAttempt, method: PaymentMethod, actor: Actor) -> Document:
    slip = slip_of(charge, attempt, method)
    document = new_document(
        kind=DocumentKind.COMMUNICATION,
        title_eu="Ordainketa-gutuna",
        title_es="Carta de pago",
        template="bank_slip",
        context={
            "reference": charge.case_reference,
            "party": charge.payer_name,
            **({"holder_identifier": charge.payer_identifier} if charge.payer_identifier else {}),
            "concept": {"eu": charge.concept_eu, "es": charge.concept_es},
            "amount_cents": slip.amount_cents,
            "payable_until": charge.due_on.isoformat(),
            "issuer": slip.issuer,
            "slip_reference": slip.reference,
            "identification": slip.identification,
            "barcode": slip.barcode,
        },
        language="bi",
        actor=actor,
    )
    save_all([document])
    ask_to_render(document)
    return document


def note_return(*, charge: Charge, succeeded: bool) -> None:
    """The citizen came back from the bank. It proves nothing: the attempt waits for the bank's own word.

    Opens the charge's town itself. Where the bank sent her to the page of failures she may try again at once.
    """
    with acting_for(charge.municipality_id or 0):
        lock(charge)
        attempt = PaymentAttempt.objects.filter(charge=charge, state=AttemptState.SENT).last()
        if attempt is None or attempt.gateway == GatewayCode.BANK_SLIP:
            return
        GatewayMessage.objects.create(
            attempt=attempt, kind=MessageKind.RETURN, raw={"succeeded": succeeded}, accepted=False
        )
        if succeeded:
            attempt.state = AttemptState.UNKNOWN
            attempt.save(update_fields=["state"])
