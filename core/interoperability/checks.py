"""The gateway to other administrations must be whole before the portal starts."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("interoperability")
def gateway_of_lookups(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    code = settings.INTEROPERABILITY_GATEWAY
    found: list[CheckMessage] = []
    if not code:
        return found
    try:
        import_module(f"core.interoperability.contrib.{code}.gateway")
    except ModuleNotFoundError:
        hint = "INTEROPERABILITY_GATEWAY is the name of a folder in core/interoperability/contrib, or empty."
        found.append(Error(f"There is no gateway “{code}”.", hint=hint, id="interoperability.E001"))
    if code == "demo" and settings.PRODUCTION:
        hint = "Empty INTEROPERABILITY_GATEWAY, or set it to scsp."
        found.append(Error("The demo gateway answers what nobody knows.", hint=hint, id="interoperability.E002"))
    if code == "scsp" and not (settings.SCSP_URL.startswith("https://") and settings.SCSP_KEY_FILE):
        hint = "Set SCSP_URL to the platform's https address, and SCSP_KEY_FILE to a PEM with key and certificate."
        found.append(Error("The SCSP gateway lacks its address or its key.", hint=hint, id="interoperability.E003"))
    return found
