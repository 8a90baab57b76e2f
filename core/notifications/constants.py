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
