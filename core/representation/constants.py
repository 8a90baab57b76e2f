from django.db import models
from django.utils.translation import gettext_lazy as _

YEARS = 5  # the longest that a power lasts, Ley 39/2015, art. 6.6


class Basis(models.TextChoices):
    """Why somebody may act for another."""

    POWER = "power", _("Power")
    PARENT = "parent", _("Parent or guardian")
    COMPANY = "company", _("For a company")
    ASSOCIATION = "association", _("For an association")
    PROFESSIONAL = "professional", _("Professional")


class Scope(models.TextChoices):
    """What it is good for (Ley 39/2015, art. 6.4)."""

    GENERAL = "general", _("Everything, in every town hall")
    TOWN = "town", _("Everything, in this town hall")
    PROCEDURES = "procedures", _("Some procedures of this town hall")


class Evidence(models.TextChoices):
    WEB = "web", _("Granted on line, with certificate")
    DESK = "desk", _("Granted at the desk")
    DOCUMENT = "document", _("Document shown")


class PowerState(models.TextChoices):
    PROPOSED = "proposed", _("To be accepted")
    ACCEPTED = "accepted", _("In force")
    REFUSED = "refused", _("Not accepted")
    REVOKED = "revoked", _("Revoked")
    RENOUNCED = "renounced", _("Given up")


LIVE = (PowerState.PROPOSED, PowerState.ACCEPTED)
