from typing import Any


def shell(request: Any) -> dict[str, Any]:
    """What the shell of every page needs: the town and its theme, from memory; no statement."""
    return {"town": getattr(request, "town", None)}
