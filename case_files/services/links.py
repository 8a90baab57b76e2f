"""Doors that a higher room opens on a case file's page: where its own desk does what the file's step needs."""

from collections.abc import Callable
from typing import NamedTuple

from case_files.models import CaseFile
from core.audit.services import Actor


class DeskLink(NamedTuple):
    """`text` in the reader's language."""

    text: str
    url: str


Door = Callable[[CaseFile, Actor], DeskLink | None]
_doors: list[Door] = []


def register_desk_link(door: Door) -> Door:
    """`@register_desk_link`: called with each file that a clerk looks at; None where it has nothing to do with it.

    A page asks every door, so a door asks no statement.
    """
    _doors.append(door)
    return door


def desk_links(case_file: CaseFile, actor: Actor) -> list[DeskLink]:
    """Where else this clerk works on this file."""
    return [link for door in _doors if (link := door(case_file, actor))]
