"""The ways to sign must be whole before the portal starts."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from .gateways import troubles


@register("signing")
def signing_gateways(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(trouble.message, hint=trouble.hint, obj=f"way to sign {trouble.gateway}", id="signing.E001")
        for trouble in troubles()
    ]
