"""The effects of these rooms themselves: documents to be made, notices to be mailed."""

from typing import Any

from core.documents.models import Document
from core.documents.services import mark_failed, on_document_ready, render_and_seal, set_render_queue
from core.identity.services import on_persons_merged

from .constants import Queue
from .models import Notification, Preference
from .services import ask_again, register_effect
from .services.mailing import send_notice
from .services.notifying import make_available_with


def connect() -> None:
    """Called once, at start."""
    register_effect("documents.render", queue=Queue.DOCUMENTS, on_failure=_not_rendered)(_render)
    register_effect("notifications.email", queue=Queue.MAIL)(lambda payload: send_notice(payload["notification"]))
    on_document_ready(make_available_with)
    set_render_queue(_ask_to_render)
    on_persons_merged(_give_notifications)


def _give_notifications(provisional: int, person: int) -> None:
    Notification.objects.filter(person_id=provisional).update(person_id=person)
    chosen = Preference.objects.filter(person_id=person).values("municipality")
    Preference.objects.filter(person_id=provisional).exclude(municipality__in=chosen).update(person_id=person)


def _render(payload: dict[str, Any]) -> None:
    render_and_seal(payload["document"])


def _not_rendered(payload: dict[str, Any], error: str) -> None:
    mark_failed(payload["document"], error)


def _ask_to_render(document: Document) -> None:
    ask_again("documents.render", key=f"render:{document.csv}", payload={"document": document.pk})
