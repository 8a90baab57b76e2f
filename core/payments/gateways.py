"""Gateways: what each folder of `contrib` offers, and which of them this installation knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from core.municipalities.services import DomainError

from .constants import AttemptState
from .models import PaymentAttempt, PaymentMethod, Refund


@dataclass(frozen=True)
class Handover:
    """How the citizen goes on: a form that she sends to `url` herself, or, without one, a page of ours."""

    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """For the page's content security policy: where its form may go."""
        return "/".join(self.url.split("/")[:3])


@dataclass(frozen=True)
class Addresses:
    """Where the gateway sends the citizen back to, and where it notifies; both whole."""

    back_ok: str
    back_ko: str
    notify: str


@dataclass(frozen=True)
class Verdict:
    """What a gateway says of an attempt, once what it says has been verified."""

    state: AttemptState  # PAID, REFUSED, ABANDONED, or UNKNOWN where it does not know yet
    amount_cents: int | None = None
    code: str = ""
    authorisation: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


class Forged(Exception):
    """What came is not from the gateway, or does not speak of this attempt; the text says why."""


class Away(Exception):
    """The gateway does not answer now; the text is for the log."""


class Taken(Exception):
    """The gateway has the money for this order already; its notification is on the way."""


class Gateway(Protocol):
    """What `core/payments/contrib/<code>/gateway.py` offers as GATEWAY."""

    code: str
    label: Any  # translated, as the citizen chooses it
    description: Any
    icon: str
    numbered: bool  # its orders are Cuaderno 60 references
    refunds: bool  # whether it can be told to give money back; otherwise a clerk does it by transfer
    needs: tuple[str, ...]  # fields of PaymentMethod; `secret` among them where it signs

    def begin(self, attempt: PaymentAttempt, method: PaymentMethod, addresses: Addresses, language: str) -> Handover:
        """What the citizen needs to go on. Away where the gateway must be asked first and is not there, Taken
        where it says that it is paid."""
        ...

    def order_in(self, data: Mapping[str, str]) -> str:
        """Which order a notification speaks of, unverified: only to find the attempt; Forged where it says none."""
        ...

    def read(self, data: Mapping[str, str], attempt: PaymentAttempt, method: PaymentMethod) -> Verdict:
        """What a notification says, verified; Forged where it is not to be believed."""
        ...

    def ask(self, attempt: PaymentAttempt, method: PaymentMethod) -> Verdict | None:
        """What the gateway knows of the attempt; None where it can't be asked. Away where it does not answer."""
        ...

    def refund(self, refund: Refund, method: PaymentMethod) -> Verdict:
        """REFUNDED or REFUSED; asked only of a gateway that `refunds`. Away where nobody knows whether it was done."""
        ...


@dataclass(frozen=True)
class Trouble:
    gateway: str
    message: str
    hint: str


def find_gateway(code: str) -> Gateway:
    """The gateway; DomainError where this installation does not have it (any more)."""
    if code not in settings.PAYMENT_GATEWAYS:
        raise DomainError(_("It can't be paid in this way. Choose another one."), code="off")
    gateway: Gateway = import_module(f"core.payments.contrib.{code}.gateway").GATEWAY
    return gateway


def can_refund(code: str) -> bool:
    """Whether the bank can be told to give money back; where not, a clerk does it by transfer."""
    return code in settings.PAYMENT_GATEWAYS and find_gateway(code).refunds


def lacking(method: PaymentMethod) -> list[str]:
    """The fields that the method still needs, by name."""
    needs = find_gateway(method.gateway).needs
    return [name for name in needs if not getattr(method, "sealed_secret" if name == "secret" else name)]


def troubles() -> list[Trouble]:
    """What is wrong with the installation's gateways, for the system check."""
    found = []
    for code in settings.PAYMENT_GATEWAYS:
        try:
            gateway: Gateway = import_module(f"core.payments.contrib.{code}.gateway").GATEWAY
        except ModuleNotFoundError:
            hint = "PAYMENT_GATEWAYS takes the names of folders in core/payments/contrib, with commas."
            found.append(Trouble(code, f"There is no payment gateway “{code}”.", hint))
            continue
        if code == "demo" and settings.PRODUCTION:
            hint = "Take “demo” out of PAYMENT_GATEWAYS."
            found.append(Trouble(code, "Anybody may pay with nothing: the demo gateway is on.", hint))
        if "secret" in gateway.needs and not any(len(key) >= 32 for key in settings.PAYMENTS_KEYS):
            hint = "Set PAYMENTS_KEYS to a random text of 32 characters or more, and keep it between starts."
            found.append(Trouble(code, "There is no key to seal the towns' merchant keys with.", hint))
    return found
