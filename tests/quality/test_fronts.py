"""Of another room, only its front is imported."""

import ast
from pathlib import Path

from django.conf import settings

ROOMS = [
    "core.municipalities", "core.audit", "core.identity", "core.documents", "core.notifications", "core.payments",
    "core.signing", "core.territory", "core.interoperability", "core.representation",
    "registry", "case_files", "procedures", "census", "mail_accounts", "town_hall.appointments", "portal",
]  # fmt: skip
FRONT = {"models", "services", "rights", "constants"}
GROUND = FRONT | {"scope", "rows", "constraints", "tasks", "lookups", "middleware", "admin"}
BASE = Path(settings.BASE_DIR)


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


def test_rooms_speak_through_their_fronts() -> None:
    behind = []
    for room in ROOMS:
        for path in (BASE / room.replace(".", "/")).rglob("*.py"):
            for name in imported(path):
                other = next((r for r in ROOMS if name.startswith(f"{r}.")), None)
                if other is None or other == room or "migrations" in path.parts:
                    continue
                part = name.removeprefix(f"{other}.").split(".")[0]
                if part not in (GROUND if other == "core.municipalities" else FRONT):
                    behind.append(f"{path.relative_to(BASE)} imports {name}")
    assert not behind
