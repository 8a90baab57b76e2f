from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    CITIZEN = "citizen", _("Citizen")
    CLERK = "clerk", _("Clerk")
    SYSTEM = "system", _("Automatic")


class Channel(models.TextChoices):
    WEB = "web", _("Internet")
    DESK = "desk", _("Desk")
    ADMIN = "admin", _("Clerks' site")
    API = "api", "API"
    TASK = "task", _("Automatic")


class Level(models.IntegerChoices):
    """How well a session knows who is there."""

    NONE = 0, _("Not identified")
    ACCOUNT = 1, _("Account")
    CERTIFICATE = 2, _("Certificate")
