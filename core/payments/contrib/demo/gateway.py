from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.payments.constants import AttemptState
from core.payments.gateways import Addresses, Forged, Handover, Verdict
from core.payments.models import PaymentAttempt, PaymentMethod, Refund


class DemoGateway:
    code = "demo"
    label = _("Demonstration bank")
    description = _("A page that plays the bank: no money moves. This way does not exist in production.")
    icon = "landmark"
    numbered = False
    refunds = True
    needs: tuple[str, ...] = ()

    def begin(self, attempt: PaymentAttempt, method: PaymentMethod, addresses: Addresses, language: str) -> Handover:
        refuse_production()
        return Handover(reverse("payments:demo_bank", args=[attempt.charge.slug]), {})

    def order_in(self, data: Mapping[str, str]) -> str:
        return data.get("order", "")

    def read(self, data: Mapping[str, str], attempt: PaymentAttempt, method: PaymentMethod) -> Verdict:
        """`answer` is paid, refused or abandoned; the demonstration signs too, so that forgeries can be shown."""
        refuse_production()
        if data.get("signature") != sign(attempt, data.get("answer", "")):
            raise Forged("the signature is wrong")
        state = AttemptState(data["answer"])
        return Verdict(state, attempt.amount_cents, data["answer"], "DEMO", dict(data))

    def ask(self, attempt: PaymentAttempt, method: PaymentMethod) -> Verdict | None:
        refuse_production()
        return Verdict(AttemptState.ABANDONED, raw={"known": False})

    def refund(self, refund: Refund, method: PaymentMethod) -> Verdict:
        refuse_production()
        return Verdict(AttemptState.REFUNDED, refund.amount_cents, "demo")


def sign(attempt: PaymentAttempt, answer: str) -> str:
    """The demonstration bank's signature of its answer."""
    return salted_hmac("payments.demo", f"{attempt.order}:{attempt.amount_cents}:{answer}").hexdigest()


def refuse_production() -> None:
    """Asked again at every turn: a check can be skipped, this can not."""
    if settings.PRODUCTION or GATEWAY.code not in settings.PAYMENT_GATEWAYS:
        raise ImproperlyConfigured("the demo gateway does not work in production")


GATEWAY = DemoGateway()
