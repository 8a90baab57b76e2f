"""Payment by redirection: the citizen takes a signed form to Redsys, and Redsys notifies us server to server."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.payments.constants import AttemptState
from core.payments.gateways import Addresses, Forged, Handover, Verdict
from core.payments.models import PaymentAttempt, PaymentMethod, Refund

from . import client
from .signing import decode

EURO = "978"
LANGUAGES = {"es": "1", "en": "2", "eu": "13"}
PAYMENT, REFUND = "0", "3"
REFUNDED_CODE = "0900"
GIVEN_UP = ("9915", "0915")  # the citizen pressed “cancel” there


class RedsysGateway:
    code = "redsys"
    label = _("By card or Bizum")
    description = _("On the bank's own secure page. You know at once whether it is paid.")
    icon = "credit-card"
    numbered = False
    refunds = True
    needs = ("merchant", "terminal", "secret")

    def begin(self, attempt: PaymentAttempt, method: PaymentMethod, addresses: Addresses, language: str) -> Handover:
        charge = attempt.charge
        parameters = {
            "DS_MERCHANT_AMOUNT": str(attempt.amount_cents),
            "DS_MERCHANT_CURRENCY": EURO,
            "DS_MERCHANT_ORDER": attempt.order,
            "DS_MERCHANT_MERCHANTCODE": method.merchant,
            "DS_MERCHANT_TERMINAL": method.terminal,
            "DS_MERCHANT_TRANSACTIONTYPE": PAYMENT,
            "DS_MERCHANT_MERCHANTURL": addresses.notify,
            "DS_MERCHANT_URLOK": addresses.back_ok,
            "DS_MERCHANT_URLKO": addresses.back_ko,
            "DS_MERCHANT_CONSUMERLANGUAGE": LANGUAGES.get(language, "1"),
            "DS_MERCHANT_PRODUCTDESCRIPTION": charge.concept[:125],
            "DS_MERCHANT_MERCHANTDATA": charge.case_reference,
        }
        return Handover(f"{client.host_of(method)}/sis/realizarPago", client.signed(method, parameters))

    def order_in(self, data: Mapping[str, str]) -> str:
        try:
            order = str(decode(data.get("Ds_MerchantParameters", "")).get("DS_ORDER", ""))
        except ValueError as error:
            raise Forged("the parameters can't be read") from error
        if not (order.isascii() and order.isalnum()):  # nobody has signed it yet
            raise Forged("no order in it")
        return order

    def read(self, data: Mapping[str, str], attempt: PaymentAttempt, method: PaymentMethod) -> Verdict:
        said = client.opened(method, data)
        expected = {
            "DS_ORDER": attempt.order,
            "DS_MERCHANTCODE": method.merchant,
            "DS_CURRENCY": EURO,
            "DS_TRANSACTIONTYPE": PAYMENT,
        }
        for name, value in expected.items():
            if str(said.get(name, "")) != value:
                raise Forged(f"{name} is {str(said.get(name, ''))[:30]}, not {value}")
        if str(said.get("DS_TERMINAL", "")).lstrip("0") != method.terminal.lstrip("0"):
            raise Forged("another terminal")
        return _verdict(said, str(said.get("DS_RESPONSE", "")), str(said.get("DS_AMOUNT", "")))

    def ask(self, attempt: PaymentAttempt, method: PaymentMethod) -> Verdict | None:
        said = client.ask_state(method, attempt.order)
        if said is None:
            return Verdict(AttemptState.ABANDONED, raw={"known": False})
        if said.get("Ds_State") != "F":  # F: finished
            return Verdict(AttemptState.UNKNOWN, raw=said)
        if said.get("Ds_Currency", EURO) != EURO:
            raise Forged("another currency")
        return _verdict({name.upper(): text for name, text in said.items()}, said["Ds_Response"], said["Ds_Amount"])

    def refund(self, refund: Refund, method: PaymentMethod) -> Verdict:
        said = client.post(
            method,
            {
                "DS_MERCHANT_AMOUNT": str(refund.amount_cents),
                "DS_MERCHANT_CURRENCY": EURO,
                "DS_MERCHANT_ORDER": refund.attempt.order,
                "DS_MERCHANT_MERCHANTCODE": method.merchant,
                "DS_MERCHANT_TERMINAL": method.terminal,
                "DS_MERCHANT_TRANSACTIONTYPE": REFUND,
            },
        )
        code = str(said.get("DS_RESPONSE", ""))
        if code != REFUNDED_CODE:
            return Verdict(AttemptState.REFUSED, code=code[:20], raw=said)
        if str(said.get("DS_ORDER")) != refund.attempt.order or str(said.get("DS_AMOUNT")) != str(refund.amount_cents):
            raise Forged("the answer speaks of another refund")
        return Verdict(AttemptState.REFUNDED, refund.amount_cents, code, raw=said)


def _verdict(said: Mapping[str, Any], response: str, amount: str) -> Verdict:
    """0000 to 0099 is paid; the card's number, even masked, is not kept."""
    if not response.isdecimal() or not amount.isdecimal():
        raise Forged("no answer or no amount in it")
    state = AttemptState.PAID if int(response) <= 99 else AttemptState.REFUSED
    if response.zfill(4) in GIVEN_UP:
        state = AttemptState.ABANDONED
    return Verdict(
        state,
        int(amount),
        response.zfill(4),
        str(said.get("DS_AUTHORISATIONCODE", "")).strip()[:40],
        {name: value for name, value in said.items() if "CARD_NUMBER" not in name},
    )


GATEWAY = RedsysGateway()
