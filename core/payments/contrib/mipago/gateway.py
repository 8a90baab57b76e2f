"""Payments are registered server to server; the citizen then takes their name to MiPago's page.

MiPago signs nothing. Its notifications come to an address that only it was told (`PaymentMethod.token`), and each
must name the payment's own number and amount; whoever comes back with the citizen's browser is never believed.
"""

import logging
from collections.abc import Mapping

import requests
from django.utils.translation import gettext_lazy as _

from core.payments.constants import AttemptState
from core.payments.cuaderno60 import make_slip
from core.payments.gateways import Addresses, Away, Forged, Handover, Verdict
from core.payments.models import PaymentAttempt, PaymentMethod, Refund

from . import messages

logger = logging.getLogger(__name__)
TIMEOUT = (3, 10)
HOSTS = {True: "https://www.euskadi.eus", False: "https://www.testpago.euskadi.eus"}
PAID, NOT_PAID, CANCELLED = ("04", "08"), ("05", "07", "09"), "03"


class MiPagoGateway:
    code = "mipago"
    label = _("MiPago")
    description = _("On the page of the Basque administrations, with your bank's card or account.")
    icon = "landmark"
    numbered = True
    refunds = False
    needs = ("issuer", "suffix")

    def begin(self, attempt: PaymentAttempt, method: PaymentMethod, addresses: Addresses, language: str) -> Handover:
        charge, host = attempt.charge, HOSTS[method.live]
        slip = make_slip(
            issuer=method.issuer,
            suffix=method.suffix,
            number=attempt.order,
            amount_cents=attempt.amount_cents,
            until=charge.due_on,
        )
        body = messages.registration(
            slip=slip,
            suffix=method.suffix,
            until=charge.due_on,
            concept={"eu": charge.concept_eu, "es": charge.concept_es},
            payer=messages.Payer(charge.payer_name, charge.payer_identifier),
        )
        attempt.external_id = _register(f"{host}/p12gWar/p12gRPCDispatcherServlet", body)
        if attempt.external_id != f"{messages.CPR}{slip.issuer}{slip.reference}":
            raise Away(f"MiPago registered {attempt.external_id[:40]}, which is not what it was sent")
        return Handover(
            f"{host}/p12iWar/p12iRPCDispatcherServlet",
            {
                # one way back for all: it may not say that it went well
                "p12iOidsPago": attempt.external_id,
                "p12iPresentationRequestData": messages.presentation(language),
                "p12iProtocolData": messages.protocol(addresses.back_ko),
            },
        )

    def order_in(self, data: Mapping[str, str]) -> str:
        """The ten digits of the reference inside the payment's name."""
        return _result(data).payment_id.removeprefix(messages.CPR)[6:16]

    def read(self, data: Mapping[str, str], attempt: PaymentAttempt, method: PaymentMethod) -> Verdict:
        said = _result(data)
        if not attempt.external_id or said.payment_id != attempt.external_id:
            raise Forged("it names another payment")
        raw = {"param1": data["param1"][:4000]}
        if said.code in PAID:
            if not said.amount.isdecimal():
                raise Forged("no amount in it")
            proof = said.receipt or said.operation
            return Verdict(AttemptState.PAID, int(said.amount), said.code, proof[:40], raw)
        if said.code in NOT_PAID:
            return Verdict(AttemptState.REFUSED, None, said.code, raw=raw)
        if said.code == CANCELLED:
            return Verdict(AttemptState.ABANDONED, None, said.code, raw=raw)
        return Verdict(AttemptState.UNKNOWN, None, said.code[:20], raw=raw)

    def ask(self, attempt: PaymentAttempt, method: PaymentMethod) -> Verdict | None:
        """It offers no question; what it took also comes in the bank's Cuaderno 60 file."""
        return None

    def refund(self, refund: Refund, method: PaymentMethod) -> Verdict:
        raise NotImplementedError("done by hand")


def _result(data: Mapping[str, str]) -> messages.Result:
    try:
        return messages.result(data.get("param1", ""))
    except ValueError as error:
        raise Forged("the notification can't be read") from error


def _register(url: str, body: bytes) -> str:
    try:
        answer = requests.post(url, data={"xmlRPC": body}, timeout=TIMEOUT)
        answer.raise_for_status()
        return messages.registered_id(answer.content)
    except (requests.RequestException, ValueError) as error:
        logger.warning("MiPago did not register a payment: %s", error)
        raise Away(str(error)) from error


GATEWAY = MiPagoGateway()
