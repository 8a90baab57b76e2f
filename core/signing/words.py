"""Words of ours in both languages of a document, and numbers as a person compares them."""

from django.utils.functional import Promise
from django.utils.translation import gettext, override


def both(message: str | Promise) -> dict[str, str]:
    """A message of ours, marked or lazy, in Basque and in Spanish."""
    said = {}
    for language in ("eu", "es"):
        with override(language):
            said[language] = str(message) if isinstance(message, Promise) else gettext(message)
    return said


def grouped(digest: str) -> str:
    """A hash in groups of four: `9f86 d081 …`."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def masked(email: str) -> str:
    """`a…@example.eus`: enough for whoever knows it."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"
