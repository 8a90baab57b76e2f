from django.db import models
from django.utils.translation import gettext_lazy as _


class BookKind(models.TextChoices):
    ENTRY = "E", _("Entry")
    EXIT = "S", _("Exit")


class Mode(models.TextChoices):
    """SICRES Modo_Registro."""

    DESK = "01", _("In person")
    ELECTRONIC = "02", _("Electronic")


class Transport(models.TextChoices):
    """SICRES Tipo_Transporte_Entrada: how paper came, or leaves."""

    BY_HAND = "05", _("By hand")
    POST = "02", _("Post")
    REGISTERED_POST = "03", _("Registered post")
    COURIER = "01", _("Courier")
    BUROFAX = "04", "Burofax"
    OTHER = "07", _("Another way")


class Paper(models.TextChoices):
    """SICRES Documentacion_Fisica."""

    ALL_SCANNED = "3", _("Everything is scanned")
    SOME_SCANNED = "2", _("Scanned, and there is more on paper")
    ON_PAPER = "1", _("Paper goes with it")


class AnnotationKind(models.TextChoices):
    CORRECTION = "correction", _("Correction")
    ANNULMENT = "annulment", _("Annulment")


class Problem(models.TextChoices):
    """What `verify_book` can find."""

    CHANGED = "changed", _("It is not what was entered")
    MISSING = "missing", _("It is missing from the book")
    REORDERED = "reordered", _("It stands in another's place")
    ADDED = "added", _("It was never entered")
