from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "core.audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from core.municipalities.admin import written_hooks
        from core.municipalities.scope import province_door_hooks

        from . import sentences  # noqa: F401
        from .services import SYSTEM, record

        def record_door(reason: str) -> None:
            record("audit.province_door", actor=SYSTEM, municipality_id=None, reason=reason)

        def record_written(request: Any, what: str, obj: Any, message: Any) -> None:
            changed = message if isinstance(message, list) else []
            record(f"admin.{what}", actor=request.actor, target=obj, data={"changed": changed})

        province_door_hooks.append(record_door)
        written_hooks.append(record_written)
