"""The verbs of the towns' room."""

from .asked import day_asked, number_asked
from .directory import Town, all_towns, find_by_host, find_by_slug, find_county, find_town, forget_towns, is_adopted
from .errors import DomainError
from .rosette import VIEW_BOX, rosette, rosette_svg
from .terms import forget_calendar

__all__ = [
    "VIEW_BOX",
    "DomainError",
    "Town",
    "all_towns",
    "day_asked",
    "find_by_host",
    "find_by_slug",
    "find_county",
    "find_town",
    "forget_calendar",
    "forget_towns",
    "is_adopted",
    "number_asked",
    "rosette",
    "rosette_svg",
]
