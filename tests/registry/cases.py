"""One entry as the tests make it."""

from typing import Any

from registry.constants import BookKind
from registry.models import Entry
from registry.services import register
from tests.cast import Cast


def enter(cast: Cast, key: str = "k1", **more: Any) -> Entry:
    asked: dict[str, Any] = {
        "kind": BookKind.ENTRY,
        "summary": "Zuhaitz bat moztu",
        "party": {"name": "Ane Etxebarria", "identifier_kind": "nif", "identifier": "12345678Z"},
        "content": {"request": "Ñ «kendu» 'hori' \\ \"100 %\"", "trees": 3},
        "language": "eu",
        "actor": cast.citizen(cast.ane),
    }
    return register(key=key, **(asked | more))
