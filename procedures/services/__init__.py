"""The verbs of the procedures' room."""

from procedures.catalogue import Definition, find_definition, forget_definitions

from .searching import search
from .towns import enable_procedures, find_town_procedure, forget_town_procedures

__all__ = [
    "Definition",
    "enable_procedures",
    "find_definition",
    "find_town_procedure",
    "forget_definitions",
    "forget_town_procedures",
    "search",
]
