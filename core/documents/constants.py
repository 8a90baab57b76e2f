from django.db import models
from django.utils.translation import gettext_lazy as _

# stands in the name of the seal that development makes for itself; no production takes it
DEMO_SEAL = "BiscayTIK DEMO"


class DocumentKind(models.TextChoices):
    """NTI de Documento Electrónico, metadata TipoDocumental."""

    RESOLUTION = "TD01", _("Resolution")
    AGREEMENT = "TD02", _("Agreement")
    CONTRACT = "TD03", _("Contract")
    COVENANT = "TD04", _("Covenant")
    DECLARATION = "TD05", _("Declaration")
    COMMUNICATION = "TD06", _("Communication")
    NOTIFICATION = "TD07", _("Notification")
    PUBLICATION = "TD08", _("Publication")
    RECEIPT = "TD09", _("Acknowledgement of receipt")
    MINUTES = "TD10", _("Minutes")
    CERTIFICATE = "TD11", _("Certificate")
    DILIGENCE = "TD12", _("Formal note")
    REPORT = "TD13", _("Report")
    APPLICATION = "TD14", _("Application")
    COMPLAINT = "TD15", _("Complaint")
    ALLEGATION = "TD16", _("Allegations")
    APPEAL = "TD17", _("Appeal")
    CITIZEN_COMMUNICATION = "TD18", _("Communication from a citizen")
    INVOICE = "TD19", _("Invoice")
    OTHER_SEIZED = "TD20", _("Other seized document")
    OTHER = "TD99", _("Other")


class DocumentState(models.TextChoices):
    PENDING = "pending", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
    DISPOSED = "disposed", _("Disposed of")
