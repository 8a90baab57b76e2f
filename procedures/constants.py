from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SCHEMA = 2  # of the forms' JSON that is written today; procedures.definitions.schema reads the earlier ones


class IdentityLevel(models.TextChoices):
    """What the catalogue asks for; `core.audit.constants.Level` is what a session has."""

    NONE = "none", _("No identification")
    EMAIL = "email", _("Account")
    CERTIFICATE = "certificate", _("Certificate or BakQ")


class Initiation(models.TextChoices):
    APPLICATION = "application", _("Application")
    AUTOMATIC = "automatic", _("At once")
    REPORT = "report", pgettext_lazy("of something on the street", "Report")
    BOOKING = "booking", _("Booking")
    CLAIM = "claim", _("Claim")
    DECLARATION = "declaration", _("Declaration")
    IN_PERSON = "in_person", _("In person")


class DocumentSource(models.TextChoices):
    APPLICANT = "applicant", _("You bring it")
    OWN = "own", _("We already have it")
    INTEROP = "interop", _("We look it up")


class DraftState(models.TextChoices):
    OPEN = "open", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    EXPIRED = "expired", _("Expired")
    DISCARDED = "discarded", _("Discarded")


class Consent(models.TextChoices):
    """How somebody at the desk consents that a clerk files for her."""

    PAPER = "paper", _("She or he has signed it on paper")
    SPOKEN = "spoken", _("She or he has read or heard the text, and says yes before me")


class TermUnit(models.TextChoices):
    WORKING_DAYS = "working_days", _("working days")
    DAYS = "days", _("calendar days")
    MONTHS = "months", _("months")
    IMMEDIATE = "immediate", _("at once")


class FieldType(models.TextChoices):
    """What a form can ask; each has its form field in `procedures.forms.fields`."""

    SELECT = "select"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    TEXTAREA = "textarea"
    BOOLEAN = "boolean"
    ADDRESS = "address"
    MONEY = "money"
    NIF = "nif"
    IBAN = "iban"
    CADASTRAL_REF = "cadastral_ref"
    MULTISELECT = "multiselect"
    PERSON_LIST = "person_list"
    PLATE = "plate"
    PHONE = "phone"
    APPOINTMENT = "appointment"
    DATETIME = "datetime"
    TIME = "time"
    EMAIL = "email"
    GEO = "geo"
    PERSON = "person"
    FILE = "file"


class AppliesAs(models.TextChoices):
    SELF = "self", _("I apply in my own name")
    OTHER = "other", _("I act for another person")
    COMPANY = "company", _("I act for a company or an entity")
