from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    OPEN = "open", _("In progress")
    SUSPENDED = "suspended", _("Waiting for the citizen")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Outcome(models.TextChoices):
    GRANTED = "granted", _("Granted")
    PARTLY_GRANTED = "partly", _("Partly granted")
    DENIED = "denied", _("Denied")
    ANSWERED = "answered", _("Answered")
    INADMISSIBLE = "inadmissible", _("Not admitted")
    LAPSED = "lapsed", _("Lapsed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Silence(models.TextChoices):
    POSITIVE = "positive", _("Counts as granted")
    NEGATIVE = "negative", _("Counts as denied")
    NONE = "none", _("No effect")


class Capacity(models.TextChoices):
    APPLICANT = "applicant", _("Applicant")
    REPRESENTATIVE = "representative", _("Representative")
    INTERESTED = "interested", _("Other interested party")


class NotificationChannel(models.TextChoices):
    ELECTRONIC = "electronic", _("Electronic")
    PAPER = "paper", _("Paper")


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Not needed")
    RETURNED = "returned", _("Returned")


class DocumentRole(models.TextChoices):
    APPLICATION = "application", _("Application")
    RECEIPT = "receipt", _("Receipt")
    ATTACHMENT = "attachment", _("Attachment")
    CORRECTION = "correction", _("Correction request")
    REPORT = "report", _("Report")
    PROPOSAL = "proposal", _("Proposed resolution")
    RESOLUTION = "resolution", _("Resolution")
    OUTPUT = "output", _("Issued document")
    OTHER = "other", _("Other")
