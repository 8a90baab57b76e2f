from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonKind(models.TextChoices):
    NATURAL = "natural", _("Person")
    LEGAL = "legal", _("Company or other legal person")
    ENTITY = "entity", _("Entity without legal personality")


class IdentifierKind(models.TextChoices):
    NIF = "nif", _("NIF")
    NIE = "nie", _("NIE")
    PASSPORT = "passport", _("Passport")
    OTHER = "other", _("Other document")


class ProofMethod(models.TextChoices):
    CERTIFICATE = "certificate", _("Certificate")
    GILTZA = "giltza", "Giltza"
    DESK = "desk", _("At the desk")
    DEMO = "demo", _("Demonstration")


class Role(models.TextChoices):
    REGISTRAR = "registrar", _("Registrar")
    HANDLER = "handler", _("File handler")
    CENSUS_OFFICER = "census_officer", _("Census officer")
    SIGNATORY = "signatory", _("Signatory")
    TOWN_ADMINISTRATOR = "town_administrator", _("Town administrator")
    OPERATOR = "operator", _("Operator of the province")
