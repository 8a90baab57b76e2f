from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class RequestState(models.TextChoices):
    OPEN = "open", _("Waiting for the signature")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", _("Not signed: declined")
    CANCELLED = "cancelled", _("Not asked for any more")


class Method(models.TextChoices):
    CODE = "code", _("One-time code in an identified session")
    AUTOFIRMA = "autofirma", _("Certificate, with AutoFirma")
    CLOUD = "cloud", _("Certificate in the cloud")
    DEMO = "demo", _("Demonstration")


class AttemptState(models.TextChoices):
    OPEN = "open", _("Begun")
    DONE = "done", _("Signed")
    FAILED = "failed", _("Failed")


# what she says by signing; kept, in the language she read it in, with each signature
STATEMENT = gettext_noop("I have read the document, I agree with it and I sign it of my own free will.")
MOST_BYTES = 10 * 1024 * 1024  # of a document to be signed: it travels in base64, and twice
PDF = "application/pdf"
