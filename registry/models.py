"""The book. Entries are only added; each carries the hash of the one before."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.identity.models import Person
from core.municipalities.constraints import append_only, no_delete, own_rows_for_ever, same_town
from core.municipalities.models import WALL, TenantModel, Unit

from .constants import AnnotationKind, BookKind, Mode


class Book(TenantModel):
    """One book a town, kind and year: the counter and the ends of two chains, of entries and of annotations."""

    kind = models.CharField(max_length=1, choices=BookKind)
    year = models.PositiveSmallIntegerField()  # of Europe/Madrid
    last_number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_hash = models.CharField(max_length=64, blank=True)
    last_annotation = models.PositiveIntegerField(default=0)
    last_annotation_hash = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            models.UniqueConstraint(fields=["municipality", "kind", "year"], name="one_book"),
            no_delete(),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.kind}"


class Entry(TenantModel):
    """One registry entry (asiento), Ley 39/2015 art. 16.3: what stands here is what was hashed."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("date and time"))  # clock_timestamp() of the counter's UPDATE
    deemed_at = models.DateTimeField(_("counts as filed"))  # art. 31.2: the first hour of the next working day
    mode = models.CharField(_("way"), max_length=2, choices=Mode, default=Mode.ELECTRONIC)
    summary = models.CharField(_("subject"), max_length=240)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, db_index=False)
    # the interested party as filed: {name, identifier_kind, identifier, representative: {…}}
    party = models.JSONField(default=dict)
    procedure_code = models.CharField(max_length=20, blank=True)
    case_reference = models.CharField(_("case file"), max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("unit"), db_index=False)
    language = models.CharField(max_length=2, default="eu")
    # [{document, file_name, mime, size, sha256}], what the receipt lists
    attachments = models.JSONField(default=list)
    content = models.JSONField(default=dict)  # what was asked: expone, solicita, fields as filed
    receipt = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    key = models.CharField(max_length=64)  # the same request never enters twice
    actor = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("registry entry"), _("registry entries")
        constraints = [
            *WALL,
            own_rows_for_ever(),
            *same_town("book", "unit", "receipt"),
            append_only(),
            models.UniqueConstraint(fields=["municipality", "book", "number"], name="entry_number"),
            models.UniqueConstraint(fields=["municipality", "key"], name="entry_key"),
        ]
        indexes = [
            models.Index(fields=["municipality", "-at"], name="entry_town_at"),
            models.Index(fields=["municipality", "case_reference"], name="entry_case"),
            models.Index(fields=["person", "-at"], name="entry_person"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as people write it, `2026-E-000123`: at most the 20 characters of SICRES."""
        return f"{self.book.year}-{self.book.kind}-{self.number:06}"


class Annotation(TenantModel):
    """A correction or an annulment: the entry stays as it was, and this says why it no longer counts as written."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="annotations", db_index=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="annotations")
    number = models.PositiveIntegerField()  # in the book, for annotations are a chain of their own
    kind = models.CharField(_("kind"), max_length=12, choices=AnnotationKind)
    text = models.TextField(_("reason"))
    at = models.DateTimeField(_("date and time"), default=timezone.now)
    actor = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("annotation"), _("annotations")
        ordering = ["number"]
        constraints = [
            *WALL,
            *same_town("book", "entry"),
            append_only(),
            models.UniqueConstraint(fields=["municipality", "book", "number"], name="annotation_number"),
        ]


class DayClosure(TenantModel):
    """A day's last hash, sealed and published."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="closures")
    day = models.DateField()
    last_number = models.PositiveIntegerField()
    last_hash = models.CharField(max_length=64)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            *same_town("book", "document"),
            append_only(),
            models.UniqueConstraint(fields=["municipality", "book", "day"], name="one_closure_a_day"),
        ]
