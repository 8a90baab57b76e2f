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


class Scene(models.TextChoices):
    PORT = "port", _("Port")
    VALLEY = "valley", _("Valley")
    BRIDGE = "bridge", _("Bridge")


# First segments of an address that can never be a town's.
RESERVED_SLUGS = {"eu", "es", "en", "static", "theme", "rosette", "admin", "account", "health", "v", "api"}
