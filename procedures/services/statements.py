"""The document of what somebody declared: a power granted or taken back, consent at the desk."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document
from core.municipalities.services.terms import MADRID

Both = tuple[str, str]  # in Basque, in Spanish


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


def _said(both: Both) -> dict[str, str]:
    return {"eu": both[0], "es": both[1]}
