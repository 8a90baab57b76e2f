"""Gateways of payment must be whole before the portal starts."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from .gateways import troubles


@register("payments")
def payment_gateways(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(trouble.message, hint=trouble.hint, obj=f"payment gateway {trouble.gateway}", id="payments.E001")
        for trouble in troubles()
    ]
