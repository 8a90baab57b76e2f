"""The documents of this room: what somebody declared (a power, consent at the desk), and what a register says."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document
from core.municipalities.services.terms import MADRID

Both = tuple[str, str]  # in Basque, in Spanish
SEALED: Both = (
    "Administrazio-jarduketa automatizatu bidez emana, Udalaren zigilu elektronikoarekin (40/2015 Legea, 41. eta 42. "
    "artikuluak).",
    "Emitido mediante actuación administrativa automatizada, con el sello electrónico del Ayuntamiento (Ley 40/2015, "
    "artículos 41 y 42).",
)


def both(say: Callable[[], object]) -> Both:
    """What `say` says in Basque and in Spanish."""
    said = []
    for language in ("eu", "es"):
        with override(language):
            said.append(str(say()))
    return said[0], said[1]


def statement(
    *,
    title: Both,
    text: Both,
    party: str,
    party_identifier: str,
    lines: Sequence[tuple[Both, str | Both]] = (),
    reference: str = "",
    clerk: str = "",
    language: str,
    actor: Actor,
) -> Document:
    """Unsaved, from the template `statement`; whoever saves it has it rendered and sealed."""
    context: dict[str, Any] = {
        "party": party,
        "party_identifier": party_identifier,
        "text": _said(text),
        "lines": [
            {"label": _said(label), "value": value if isinstance(value, str) else _said(value)}
            for label, value in lines
        ],
        "stated_at": timezone.now().astimezone(MADRID).isoformat(timespec="seconds"),
        "clerk": clerk,
    }
    return new_document(
        kind=DocumentKind.DILIGENCE,
        title_eu=title[0],
        title_es=title[1],
        template="statement",
        context=context | ({"reference": reference} if reference else {}),
        language=language,
        actor=actor,
    )


def extract(
    *,
    kind: DocumentKind,
    title: Both,
    intro: Both,
    lines: Sequence[tuple[Both, str | Both]],
    holder: str = "",
    reference: str,
    language: str,
    actor: Actor,
) -> Document:
    """Unsaved, from the template `extract`, by automated action; lines without a value are left out.

    `holder`: whose identity document opens it on the verification page; empty where it shows nobody's data.
    """
    context: dict[str, Any] = {
        "intro": _said(intro),
        "lines": [
            {"label": _said(label), "value": value if isinstance(value, str) else _said(value)}
            for label, value in lines
            if value
        ],
        "tables": [],
        "closing": _said(SEALED),
        "issued_at": timezone.now().astimezone(MADRID).isoformat(timespec="seconds"),
        "reference": reference,
    }
    return new_document(
        kind=kind,
        title_eu=title[0],
        title_es=title[1],
        template="extract",
        context=context | ({"holder_identifier": holder} if holder else {}),
        language=language,
        actor=actor,
    )


def _said(both: Both) -> dict[str, str]:
    return {"eu": both[0], "es": both[1]}
