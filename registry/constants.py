from django.db import models
from django.utils.translation import gettext_lazy as _


class BookKind(models.TextChoices):
    ENTRY = "E", _("Entry")
    EXIT = "S", _("Exit")


class Mode(models.TextChoices):
    """SICRES Modo_Registro."""

    DESK = "01", _("In person")
    ELECTRONIC = "02", _("Electronic")


class AnnotationKind(models.TextChoices):
    CORRECTION = "correction", _("Correction")
    ANNULMENT = "annulment", _("Annulment")


class Problem(models.TextChoices):
    """What `verify_book` can find."""

    CHANGED = "changed", _("It is not what was entered")
    MISSING = "missing", _("It is missing from the book")
    REORDERED = "reordered", _("It stands in another's place")
    ADDED = "added", _("It was never entered")
