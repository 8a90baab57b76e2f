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


class TermUnit(models.TextChoices):
    """How a term is counted (Ley 39/2015, art. 30); `immediate` is answered in the same visit."""

    WORKING_DAYS = "working_days", _("working days")
    DAYS = "days", _("calendar days")
    MONTHS = "months", _("months")
    IMMEDIATE = "immediate", _("at once")


class StepState(models.TextChoices):
    """Of a step in a file's workflow; the one it stands at is `CaseFile.step`."""

    TO_DO = "", _("To do")
    CHOSEN = "chosen", _("Chosen")  # an optional one that somebody asked for
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Not needed")


class StepKind(models.TextChoices):
    SYSTEM = "system"  # done by itself
    HUMAN = "human"  # a task for a clerk
    EFFECT = "effect"  # done by the room that registered it, otherwise a task for a clerk
    LATER = "later"  # what does it is not built yet: passed over, never faked


class ActionForm(models.TextChoices):
    """What a clerk does at a step."""

    CHECK = "check", _("Check")
    NOTE = "note", _("Note")
    REPORT = "report", _("Report")
    PROPOSAL = "proposal", _("Proposed resolution")
    RESOLUTION = "resolution", _("Resolution")
    ANSWER = "answer", _("Answer")
    FEE = "fee", _("Fee")


BY_CERTIFICATE = "certificate"  # a representative's own certificate says for whom it speaks


class Capacity(models.TextChoices):
    APPLICANT = "applicant", _("Applicant")
    CO_APPLICANT = "co_applicant", _("Co-applicant")  # whoever joined a request that another one filed
    REPRESENTATIVE = "representative", _("Representative")
    INTERESTED = "interested", _("Other interested party")
    FORMER = "former", _("Has withdrawn from it")  # of several applicants (art. 94.2): she still reads her papers


class JoinState(models.TextChoices):
    """What somebody named as a co-applicant made of it."""

    ASKED = "asked", _("Has not answered yet")
    JOINED = "joined", _("Has joined")
    REFUSED = "refused", _("Does not join")
    LAPSED = "lapsed", _("Did not answer in time")
    LEFT = "left", _("Joined, and withdrew later")


class NotificationChannel(models.TextChoices):
    ELECTRONIC = "electronic", _("Electronic")
    PAPER = "paper", _("Paper")


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Not needed")
    RETURNED = "returned", _("Returned")


class LinkKind(models.TextChoices):
    """What another file is to this one; each link is kept from both ends."""

    RELATED = "related", _("Related")
    APPEALS = "appeals", _("Appeal against this one")
    APPEALED = "appealed", _("What this one appeals against")


# the other end of a link
MIRROR = {
    LinkKind.RELATED: LinkKind.RELATED,
    LinkKind.APPEALS: LinkKind.APPEALED,
    LinkKind.APPEALED: LinkKind.APPEALS,
}


class AskKind(models.TextChoices):
    """What a file waits for from outside, and the article that says how long."""

    CORRECTION = "correction", _("Correction")  # art. 68.1: ten working days, the clock stands
    HEARING = "hearing", _("Hearing")  # art. 82: ten to fifteen working days, the clock runs
    WARNING = "warning", _("Warning of lapse")  # art. 95.1: three months, the clock stands
    REPORT = "report", _("Mandatory report")  # art. 22.1.d: three months at most, the clock stands


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
