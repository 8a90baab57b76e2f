"""Documents with numbered versions; blobs lie under town and hash."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.municipalities.constraints import append_only, no_delete, same_town
from core.municipalities.models import WALL, Municipality, TenantModel

from .constants import DocumentKind, DocumentState


class Document(TenantModel):
    """One document; a bilingual one is one document. `context` is what its template is filled with, frozen."""

    kind = models.CharField(_("kind"), max_length=4, choices=DocumentKind)
    title_eu = models.CharField(_("title in Basque"), max_length=200)
    title_es = models.CharField(_("title in Spanish"), max_length=200)
    language = models.CharField(_("language"), max_length=2, default="eu")  # eu, es, or "bi" for both
    csv = models.CharField(_("verification code"), max_length=32, unique=True)
    from_citizen = models.BooleanField(default=False)  # ENI OrigenCiudadanoAdministracion = not this
    state = models.CharField(_("state"), max_length=10, choices=DocumentState, default=DocumentState.PENDING)
    template = models.CharField(max_length=80, blank=True)  # of documents.templates; empty for an upload
    context = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    retain_until = models.DateField(null=True, blank=True)
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("document"), _("documents")
        constraints = [*WALL, no_delete()]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="document_town")]

    def __str__(self) -> str:
        return self.title_es


class DocumentVersion(TenantModel):
    """The bytes as they stood; a new version is a new row."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    file_name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    signer = models.CharField(max_length=200, blank=True)  # the seal's common name
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            *same_town("document"),
            append_only(),
            models.UniqueConstraint(fields=["municipality", "document", "number"], name="version_number"),
        ]


class VerificationCode(models.Model):
    """Which town a code (CSV) belongs to: the verification page has the code and nothing else. Province-wide."""

    csv = models.CharField(max_length=32, primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", db_index=False)
    document_id = models.BigIntegerField()

    class Meta:
        constraints = [append_only()]
