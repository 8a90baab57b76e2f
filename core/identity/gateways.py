"""The gateways that are switched on, in the order of the IDENTITY_GATEWAYS setting."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.urls import URLPattern


class Gateway(Protocol):
    """What `core/identity/contrib/<code>/gateway.py` offers as GATEWAY."""

    code: str
    label: Any  # translated, as the citizen chooses it
    description: Any
    icon: str
    start: str  # name of the page that begins

    def check_config(self) -> list[tuple[str, str]]:
        """What is configured wrong, each with a hint; empty when all is well."""
        ...


@dataclass(frozen=True)
class Trouble:
    gateway: str
    message: str
    hint: str


def gateways() -> list[Gateway]:
    """ModuleNotFoundError where the setting names a gateway that does not exist; a demo one refuses production."""
    return [import_module(f"core.identity.contrib.{name}.gateway").GATEWAY for name in settings.IDENTITY_GATEWAYS]


def troubles() -> list[Trouble]:
    """What is configured wrong, for the system check and for the operator's page."""
    found = []
    for name in settings.IDENTITY_GATEWAYS:
        try:
            gateway: Gateway = import_module(f"core.identity.contrib.{name}.gateway").GATEWAY
        except ModuleNotFoundError:
            hint = "IDENTITY_GATEWAYS takes the names of folders in core/identity/contrib, with commas."
            found.append(Trouble(name, f"There is no identity gateway “{name}”.", hint))
            continue
        found += [Trouble(name, message, hint) for message, hint in gateway.check_config()]
    return found


def gateway_urls() -> list[URLPattern]:
    """The pages of every gateway; one that is off answers 404 by itself."""
    names = ("certificate", "giltza", "demo")
    return [pattern for name in names for pattern in import_module(f"core.identity.contrib.{name}.urls").urlpatterns]
