"""Names of people and streets as they are compared: no accents, no capitals, no punctuation."""

import re
import unicodedata

from .constants import ARTICLES, KIND_WORDS, WayKind

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def normalised(text: str) -> str:
    """Lower case letters, digits and single spaces: "Artekale, Goikoa" and "ARTEKALE GOIKOA" are the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def split_way(text: str) -> tuple[WayKind | None, str]:
    """Kind and normalised name of a street as somebody wrote it: "C/ de San Juan", "San Juan kalea".

    A text that is nothing but a kind ("Plaza") keeps it as its name.
    """
    words = normalised(text).split()
    kind = None
    if len(words) > 1 and words[0] in KIND_WORDS:
        kind = KIND_WORDS[words.pop(0)]
    elif len(words) > 1 and words[-1] in KIND_WORDS and len(words[-1]) > 2:
        kind = KIND_WORDS[words.pop()]
    while len(words) > 1 and kind and words[0] in ARTICLES:
        words.pop(0)
    return kind, " ".join(words)
