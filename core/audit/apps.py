from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "core.audit"

    def ready(self) -> None:
        from core.municipalities.scope import province_door_hooks

        from .services import SYSTEM, record

        def record_door(reason: str) -> None:
            record("audit.province_door", actor=SYSTEM, municipality_id=None, reason=reason)

        province_door_hooks.append(record_door)
