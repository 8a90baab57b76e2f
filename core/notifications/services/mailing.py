"""The e-mail that says that there is something to read: never what it says."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.municipalities.services import find_town
from core.notifications.constants import NotificationState
from core.notifications.models import Notification


def send_notice(notification_id: int) -> None:
    """Send the e-mail of one notification, in the open town, once. OSError when the mail server is away."""
    notification = Notification.objects.select_for_update(of=("self",)).get(pk=notification_id)
    if notification.emailed_at or not notification.email or notification.state != NotificationState.AVAILABLE:
        return
    language = "es" if notification.language == "es" else "eu"
    town = find_town(notification.municipality_id or 0).municipality
    with translation.override(language):
        context = {
            "notification": notification,
            "town": town,
            "hall": town.hall,
            "subject": notification.subject_es if language == "es" else notification.subject_eu,
            "body": notification.body_es if language == "es" else notification.body_eu,
            "address": notice_address(notification, language),
        }
        subject = " ".join(render_to_string("notifications/notice_subject.txt", context).split())
        body = render_to_string("notifications/notice.txt", context)
    message = EmailMessage(subject, body, to=[notification.email], headers={"Message-ID": _message_id(notification)})
    message.extra_headers["Content-Language"] = language
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.send()
    notification.emailed_at = timezone.now()
    notification.save(update_fields=["emailed_at"])


def notice_address(notification: Notification, language: str) -> str:
    """Where the person reads it, in her folder on the town's own site."""
    return f"{site_of(notification.municipality_id or 0)}/{language}/folder/notifications/{notification.pk}/"


def site_of(municipality_id: int) -> str:
    """Where a town's site begins, without a language: for addresses in mails."""
    town = find_town(municipality_id)
    return f"https://{town.hosts[0]}" if town.hosts else f"{settings.BASE_URL}/{town.municipality.slug}"


def _message_id(notification: Notification) -> str:
    """Always the same, so that a mail that was sent twice (the worker died in between) arrives once."""
    host = settings.BASE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"<notice-{notification.municipality_id}-{notification.pk}@{host}>"
