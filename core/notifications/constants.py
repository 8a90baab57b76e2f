from django.db import models
from django.utils.translation import gettext_lazy as _


class Queue(models.TextChoices):
    """Every queue there is; a test sees that the workers consume them all."""

    DEFAULT = "default"
    DOCUMENTS = "documents"
    MAIL = "mail"


class NotificationState(models.TextChoices):
    CREATED = "created", _("Being prepared")
    AVAILABLE = "available", _("Waiting to be opened")
    ACCESSED = "accessed", _("Opened")
    REJECTED = "rejected", _("Rejected by the person")
    EXPIRED = "expired", _("Lapsed without being opened")
    PUBLISHED = "published", _("Notified by publication")


class Channel(models.TextChoices):
    ELECTRONIC = "electronic", _("Electronic")
    PAPER = "paper", _("On paper")


class DeliveryResult(models.TextChoices):
    """What came of one attempt to hand over a notification on paper (Ley 39/2015, art. 42.2 and 44)."""

    DELIVERED = "delivered", _("Delivered")
    ABSENT = "absent", _("Nobody there")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Address unknown")
    PUBLISHED = "published", _("Published in the official gazette")


CLOSED = (
    NotificationState.ACCESSED,
    NotificationState.REJECTED,
    NotificationState.EXPIRED,
    NotificationState.PUBLISHED,
)
