"""What other rooms call: the e-mails, and persons who turn out to be one."""

from typing import Any

from core.identity.services import on_persons_merged
from core.notifications.constants import Queue
from core.notifications.services import register_effect

from .services import give_appointments
from .services.mailing import send_mail
from .services.notices import KIND


@register_effect(KIND, queue=Queue.MAIL)
def _send(payload: dict[str, Any]) -> None:
    send_mail(payload["booking"], payload["what"], payload["version"])


on_persons_merged(give_appointments)
