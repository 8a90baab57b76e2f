"""A town's colours as a style sheet of its own, so that no page needs an inline style."""

import hashlib
from functools import lru_cache

from core.municipalities.models import Theme

COLOURS = ("brand", "brand_deep", "accent", "glow", "tint", "on_brand")


def colours_of(theme: Theme) -> dict[str, str]:
    return {name: getattr(theme, name) for name in COLOURS}


def css(theme: Theme) -> str:
    """The six variables that portal.css knows a town by."""
    variables = "".join(f"--mu-{name.replace('_', '-')}:{value};" for name, value in colours_of(theme).items())
    return f":root{{{variables}}}\n"


def digest(theme: Theme) -> str:
    """Changes when anything that is served under it changes: the addresses carry it and are kept for ever."""
    return _digest(css(theme), theme.arms)


@lru_cache(maxsize=256)
def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
