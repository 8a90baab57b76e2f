from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.payments.gateways import Addresses, Forged, Handover, Verdict
from core.payments.models import PaymentAttempt, PaymentMethod, Refund


class BankSlipGateway:
    code = "bank_slip"
    label = _("With a slip, at a bank")
    description = _("At the counter, at a cash machine or on your bank's page. It takes some days to reach us.")
    icon = "printer"
    numbered = True
    refunds = False
    needs = ("issuer", "suffix")

    def begin(self, attempt: PaymentAttempt, method: PaymentMethod, addresses: Addresses, language: str) -> Handover:
        """The slip is a document, made by the service that begins the payment; she stays on our page."""
        return Handover()

    def order_in(self, data: Mapping[str, str]) -> str:
        raise Forged("a slip has no notifications")

    def read(self, data: Mapping[str, str], attempt: PaymentAttempt, method: PaymentMethod) -> Verdict:
        raise Forged("a slip has no notifications")

    def ask(self, attempt: PaymentAttempt, method: PaymentMethod) -> Verdict | None:
        """Nobody can be asked: what was paid comes in the bank's file."""
        return None

    def refund(self, refund: Refund, method: PaymentMethod) -> Verdict:
        raise NotImplementedError("done by hand")


GATEWAY = BankSlipGateway()
