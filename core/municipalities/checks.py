"""The connected role must not be able to walk around the wall."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from .roles import OWNER


@register(Tags.database)
def weak_role(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].settings_dict["USER"] == OWNER:  # migrate
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT rolname FROM pg_roles WHERE rolname IN (session_user, current_user) "
                "AND (rolsuper OR rolbypassrls)"
            )
            errors += [
                Error(
                    f"The database role {role} walks through row-level security.",
                    hint="Set DB_USER=biscaytik_app; only migrations run as biscaytik_owner.",
                    id="municipalities.E001",
                )
                for (role,) in cursor.fetchall()
            ]
    return errors
