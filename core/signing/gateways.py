"""The ways to sign: what each folder of `contrib` offers, and which of them this installation knows."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.urls import URLPattern
from django.utils.translation import gettext as _

from core.municipalities.services import DomainError

ALL = ("code", "autofirma", "cloud", "demo")


class Gateway(Protocol):
    """What `core/signing/contrib/<code>/gateway.py` offers as GATEWAY."""

    code: str
    label: Any  # translated, as the citizen chooses it
    description: Any
    icon: str
    start: str  # name of the page that begins: a POST with the request's slug
    pdf_only: bool  # puts the signature into the file itself (PAdES)
    identified: bool  # signs by the session, so the session must be identified; a certificate identifies by itself

    def check_config(self) -> list[tuple[str, str]]:
        """What is configured wrong, each with a hint; empty when all is well."""
        ...


@dataclass(frozen=True)
class Trouble:
    gateway: str
    message: str
    hint: str


def gateways() -> list[Gateway]:
    """Those that are switched on, in the order of SIGNING_GATEWAYS."""
    return [_load(code) for code in settings.SIGNING_GATEWAYS]


def require_on(code: str) -> None:
    """DomainError where this installation does not offer this way (any more)."""
    if code not in settings.SIGNING_GATEWAYS:
        raise DomainError(_("You can't sign in this way. Choose another one."), code="off")


def troubles() -> list[Trouble]:
    """What is configured wrong, for the system check."""
    found = []
    for code in settings.SIGNING_GATEWAYS:
        try:
            gateway = _load(code)
        except ModuleNotFoundError:
            hint = "SIGNING_GATEWAYS takes the names of folders in core/signing/contrib, with commas."
            found.append(Trouble(code, f"There is no way to sign “{code}”.", hint))
            continue
        found += [Trouble(code, message, hint) for message, hint in gateway.check_config()]
    return found


def gateway_urls() -> list[URLPattern]:
    """The pages of every way; one that is off refuses by itself."""
    return [url for code in ALL for url in import_module(f"core.signing.contrib.{code}.urls").urlpatterns]


def _load(code: str) -> Gateway:
    gateway: Gateway = import_module(f"core.signing.contrib.{code}.gateway").GATEWAY
    return gateway
