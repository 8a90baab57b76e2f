from django.db import models
from django.utils.translation import gettext_lazy as _


class TariffKind(models.TextChoices):
    FREE = "free", _("Free of charge")
    FIXED = "fixed", _("Fixed amount")
    TABLE = "table", _("Table")
    FORMULA = "formula", _("Formula")
    LATER = "later", _("The town hall works it out")


class ChargeState(models.TextChoices):
    DUE = "due", _("To be paid")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Refunded")


class AttemptState(models.TextChoices):
    CREATED = "created", _("Begun")
    SENT = "sent", _("At the bank")
    UNKNOWN = "unknown", _("Waiting for the bank's answer")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused by the bank")
    ABANDONED = "abandoned", _("Abandoned")
    REFUNDED = "refunded", _("Refunded")
    DOUBTFUL = "doubtful", _("Another amount: to be looked at")  # a clerk says what becomes of it
    SET_ASIDE = "set_aside", _("Not this payment")


# what a gateway may still decide
OPEN_ATTEMPTS = (AttemptState.CREATED, AttemptState.SENT, AttemptState.UNKNOWN)
# the money came
SETTLED_ATTEMPTS = (AttemptState.PAID, AttemptState.REFUNDED)


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("To be sent to the bank")
    SENT = "sent", _("Sent to the bank")
    DONE = "done", _("Refunded")
    REFUSED = "refused", _("Refused by the bank")
    BY_HAND = "by_hand", _("To be refunded by transfer")


class GivesBack(models.TextChoices):
    """What becomes of the money of a payment that is not the one that was asked for."""

    BANK = "bank", _("The bank gives it back")
    BY_HAND = "by_hand", _("The town hall gives it back by transfer")
    NOTHING = "nothing", _("No money came")


class MessageKind(models.TextChoices):
    """What was said between a gateway and us, kept as it came."""

    NOTIFICATION = "notification", _("Notification")
    RETURN = "return", _("The citizen came back")
    ANSWER = "answer", _("Answer to a question")
    REFUND = "refund", _("Answer to a refund")
    FILE = "file", _("Line of a bank's file")


class Signature(models.TextChoices):
    """How Redsys signs; the first is its own default."""

    SHA512_V2 = "HMAC_SHA512_V2", "HMAC_SHA512_V2"
    SHA256_V1 = "HMAC_SHA256_V1", "HMAC_SHA256_V1"


class GatewayCode(models.TextChoices):
    """The folders of `contrib`."""

    REDSYS = "redsys", _("Card or Bizum (Redsys)")
    MIPAGO = "mipago", _("MiPago, the Basque administrations' gateway")
    BANK_SLIP = "bank_slip", _("Bank slip")
    DEMO = "demo", _("Demonstration")
