from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """As the INE's files write it."""

    MALE = "1", _("Male")
    FEMALE = "6", _("Female")


class IdentifierType(models.TextChoices):
    """INE TIDEN."""

    NONE = "0", _("None")
    DNI = "1", _("DNI")
    PASSPORT = "2", _("Passport or EU identity card")
    RESIDENCE_CARD = "3", _("Residence card (NIE)")


class Variation(models.TextChoices):
    """INE CVAR + CAUV."""

    OMISSION = "AOM", _("Entered: had been left out")
    ARRIVAL = "ACR", _("Entered: change of residence")
    BIRTH = "ANA", _("Entered: birth")
    DEATH = "BDE", _("Removed: death")
    UNDUE = "BII", _("Removed: undue inscription")
    DUPLICATE = "BDU", _("Removed: duplicate")
    DEPARTURE = "BCR", _("Removed: change of residence")
    LAPSE = "BBC", _("Removed: lapsed")
    PERSONAL_DATA = "MPE", _("Changed: personal data")
    TERRITORY = "MRD", _("Changed: territory")
    ADDRESS = "MCD", _("Changed: address")
    RENEWAL = "MRN", _("Changed: renewal")
    CONFIRMATION = "MCO", _("Changed: residence confirmed")


class SlipLanguage(models.TextChoices):
    """As the catalogue's form asks for it."""

    BASQUE = "eu", _("Basque")
    SPANISH = "es", _("Spanish")
    BOTH = "bilingual", _("Basque and Spanish")


# what a slip may be wanted for: the options of PAD-006 and PAD-007
PURPOSES = {
    "general": _("General use"),
    "school": _("School"),
    "health_card": _("Health card"),
    "bank": _("Bank"),
    "vehicle": _("Vehicle"),
    "rent_aid": _("Help with the rent"),
    "rgi": _("Income guarantee (DSBE / RGI)"),
    "other": _("Other use"),
}
# and a certificate: those of PAD-008 and PAD-009
CERTIFICATE_PURPOSES = {
    "court": _("Court"),
    "nationality": _("Nationality"),
    "notary": _("Notary"),
    "consulate": _("Consulate"),
    "public_housing": _("Public housing"),
    "social_aid": _("Social aid"),
    "other": _("Other use"),
}
