"""Code lists of the towns."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    TOWN = "town", _("Town hall")
    ASSOCIATION = "association", _("Association of town halls")
    COUNTY = "county", _("County")


class Module(models.TextChoices):
    """What a town takes up, one by one, when it wants."""

    REGISTRY = "registry", _("Registry")
    CASE_FILES = "case_files", _("File management")
    PROCEDURES = "procedures", _("Procedures")
    CENSUS = "census", _("Census")
    MAIL = "mail", _("Citizens' mailboxes")
    APPOINTMENTS = "appointments", _("Appointments")


class Scene(models.TextChoices):
    PORT = "port", _("Port")
    VALLEY = "valley", _("Valley")
    BRIDGE = "bridge", _("Bridge")


# First segments of an address that can never be a town's.
RESERVED_SLUGS = {
    "eu",
    "es",
    "en",
    "static",
    "theme",
    "rosette",
    "admin",
    "account",
    "health",
    "v",
    "api",
    "payments",
    "signing",
}

# Tables of ours without a wall, each with the reason; the catalogue test reads this list.
PROVINCE_WIDE = {
    "municipalities_municipality": "the towns themselves: the wall's own table",
    "municipalities_municipality_members": "which towns an association serves is public",
    "identity_person": "identity only; found by an exact identifier, never browsed",
    "identity_personidentifier": "identity only; found by an exact identifier, never browsed",
    "identity_identityproof": "how an identity was proved holds in every town",
    "identity_session": "read before anybody knows whose it is",
    "identity_user": "an account is of its owner, not of a town",
    "identity_user_groups": "Django's table, unused",
    "identity_user_user_permissions": "Django's table, unused",
    "identity_trustedissuer": "whose certificates are accepted holds in every town",
    "identity_issuercertificate": "whose certificates are accepted holds in every town",
    "identity_handover": "minutes between two hosts, before any person is known",
    "documents_verificationcode": "a code alone must lead to its town",
    "payments_callbacktoken": "a gateway's answer has the token and nothing else",
    "signing_exchangetoken": "AutoFirma's visits have the identifier and nothing else",
    "procedures_family": "catalogue of the province",
    "procedures_lifeevent": "catalogue of the province",
    "procedures_documenttype": "catalogue of the province",
    "procedures_legalreference": "catalogue of the province",
    "procedures_workflowstep": "catalogue of the province",
    "procedures_workflowtemplate": "catalogue of the province",
    "procedures_procedure": "catalogue of the province",
    "procedures_procedure_life_events": "catalogue of the province",
    "procedures_formversion": "catalogue of the province",
    "procedures_procedurefield": "catalogue of the province",
    "procedures_proceduredocument": "catalogue of the province",
    "procedures_procedurelaw": "catalogue of the province",
}

# Functions that run with their owner's rights, each with the reason; the catalogue test reads this list.
SECURITY_DEFINER: dict[str, str] = {
    "outbox_due_towns": "beat must know which towns have effects due; it answers with ids only",
    "registry_towns_to_close": "ids of the towns whose registry has a day to close, and nothing else",
}
