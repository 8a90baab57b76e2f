"""What is asked to be signed, each try, and the signatures with their evidence."""

import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document, DocumentVersion
from core.identity.models import Person
from core.municipalities.constraints import append_only, no_delete, own_rows, own_rows_for_ever, same_town
from core.municipalities.models import WALL, Municipality, TenantModel

from .constants import AttemptState, Method, RequestState


def new_slug() -> str:
    return secrets.token_hex(12)


class SigningRequest(TenantModel):
    """A document that the town asks one person to sign."""

    slug = models.CharField(max_length=24, default=new_slug, db_collation="C")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("document"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False, verbose_name=_("who signs"))
    name = models.CharField(_("who signs"), max_length=200)  # as the file names her
    about = models.CharField(_("what for"), max_length=300, blank=True)
    case_reference = models.CharField(_("case file"), max_length=40, blank=True, db_collation="C")
    discreet = models.BooleanField(default=False)  # no e-mail names what it is about
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.OPEN)
    asked_at = models.DateTimeField(_("asked for on"), default=timezone.now)
    asked_by = models.CharField(_("asked for by"), max_length=200)
    due_on = models.DateField(_("to be signed by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # declined, or not asked for any more

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("request of a signature"), _("requests of signatures")
        constraints = [
            *WALL,
            own_rows(),
            *same_town("document"),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "slug"], name="signing_slug"),
            models.UniqueConstraint(
                fields=["municipality", "document", "person"], condition=Q(state="open"), name="signing_asked_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="signing_person"),
            models.Index(fields=["municipality", "case_reference"], name="signing_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_reference or self.slug}: {self.name}"[:80]


class SigningAttempt(TenantModel):
    """One try to sign: which bytes were shown, until when it holds, and what the way needs to know meanwhile."""

    request = models.ForeignKey(SigningRequest, models.PROTECT, related_name="attempts")
    method = models.CharField(_("way"), max_length=10, choices=Method)
    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="+")  # what was shown
    state = models.CharField(_("state"), max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    data = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("begun on"), default=timezone.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("attempt to sign"), _("attempts to sign")
        ordering = ["created_at"]
        constraints = [*WALL, *same_town("request", "version"), no_delete()]


class Signature(TenantModel):
    """Evidence of one signature: who, what bytes, how, when, and what proves it. Only added."""

    request = models.ForeignKey(SigningRequest, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("who signs"), max_length=200)
    identifier = models.CharField(_("identity document"), max_length=30, blank=True)
    case_reference = models.CharField(_("case file"), max_length=40, blank=True, db_collation="C")
    method = models.CharField(_("way"), max_length=10, choices=Method)
    at = models.DateTimeField(_("date and time"), default=timezone.now)
    sha256 = models.CharField("SHA-256", max_length=64)  # of the exact bytes that were shown
    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="+")
    signed_version = models.ForeignKey(DocumentVersion, models.PROTECT, null=True, related_name="+")  # with PAdES in it
    proof = models.ForeignKey(Document, models.PROTECT, related_name="+")  # the sealed sheet of evidence
    statement = models.TextField(_("what was accepted"))
    level = models.PositiveSmallIntegerField(default=0)  # how well the session knew her
    evidence = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("signature"), _("signatures")
        ordering = ["at"]
        constraints = [
            *WALL,
            own_rows_for_ever(),
            *same_town("request", "version", "signed_version", "proof"),
            append_only(),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="signature_person"),
            models.Index(fields=["municipality", "case_reference"], name="signature_case"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M}"


class ExchangeToken(models.Model):
    """Which town AutoFirma's visits belong to: they bring the identifier and nothing else. Province-wide."""

    token = models.CharField(max_length=20, primary_key=True, db_collation="C")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", db_index=False)
    attempt_id = models.BigIntegerField()

    class Meta:
        constraints = [append_only()]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **{**kwargs, "force_insert": True})
