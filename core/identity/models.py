"""Accounts, persons, their identifiers and proofs, and who works for which town."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.municipalities.constraints import same_town
from core.municipalities.models import PUBLIC, Municipality, PublicTownModel, Unit

from .constants import IdentifierKind, PersonKind, ProofMethod, Role


class Person(models.Model):
    """Identity only, province-wide: found by an exact identifier, never browsed. A typed NIF leads to no row here."""

    kind = models.CharField(_("kind"), max_length=10, choices=PersonKind, default=PersonKind.NATURAL)
    given_name = models.CharField(_("name"), max_length=60, blank=True)
    surname1 = models.CharField(_("first surname"), max_length=60, blank=True)
    surname2 = models.CharField(_("second surname"), max_length=60, blank=True)
    legal_name = models.CharField(_("company name"), max_length=150, blank=True)
    proved_at = models.DateTimeField(_("identity proved"), null=True, blank=True)
    proved_by = models.CharField(_("proved by"), max_length=12, choices=ProofMethod, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("persons")

    def __str__(self) -> str:
        return self.legal_name or " ".join(filter(None, (self.given_name, self.surname1, self.surname2)))

    @property
    def is_proved(self) -> bool:
        return self.proved_at is not None


class PersonIdentifier(models.Model):
    person = models.ForeignKey(Person, models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=10, choices=IdentifierKind)
    value = models.CharField(max_length=30, db_collation="C")  # upper case, no spaces or dashes
    country = models.CharField(max_length=2, default="ES")
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "country", "value"], condition=Q(valid_to=None), name="one_holder_of_identifier"
            )
        ]

    def __str__(self) -> str:
        return self.value


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractUser):
    """An account, known by its e-mail address. Every citizen's account has a person, proved or not."""

    username = None  # type: ignore[assignment]
    first_name = last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, default="eu")
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="account", verbose_name=_("person")
    )
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name, verbose_name_plural = _("account"), _("accounts")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class SessionManager(BaseSessionManager["Session"]):
    def get_queryset(self) -> models.QuerySet["Session"]:
        return super().get_queryset().select_related("user__person")


class Session(AbstractBaseSession):
    """A session that knows whose it is: it comes with its account and her person, in one statement."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    objects: ClassVar[SessionManager] = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from .sessions import SessionStore

        return SessionStore


class IdentityProof(models.Model):
    """How, when and by whom a person's identity was proved."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="proofs")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=12, choices=ProofMethod)
    at = models.DateTimeField(default=timezone.now)
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, related_name="+")  # where, at a desk
    clerk = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=dict)  # issuer, serial, policy, OCSP answer's hash …


class Membership(PublicTownModel):
    """One role of one clerk in one town; the same person may hold all of them, in several towns.

    Read before a town is chosen, hence readable by all and written by the town only.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    substitutes = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands in for")
    )

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("clerk's role"), _("clerks' roles")
        constraints = [
            *PUBLIC,
            *same_town("unit"),
            models.CheckConstraint(
                condition=Q(substitutes=None) | Q(valid_to__isnull=False),
                name="substitution_ends",
                violation_error_message=_("Say until when she stands in for the other."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        indexes = [models.Index(fields=["user"], name="membership_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class TrustedIssuer(models.Model):
    """A body whose citizens' certificates are accepted; which of its authorities, the operator loads."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    cards = models.CharField(_("cards and certificates"), max_length=200)  # as people call them
    # searched in the authority's subject, written as RFC 4514
    subject_pattern = models.CharField(_("pattern of the authority's name"), max_length=200)
    enabled = models.BooleanField(_("accepted"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("issuer of certificates"), _("issuers of certificates")

    def __str__(self) -> str:
        return self.name


class IssuerCertificate(models.Model):
    """The certificate of one authority of a trusted issuer, root or intermediate."""

    issuer = models.ForeignKey(TrustedIssuer, models.PROTECT, related_name="certificates")
    subject = models.CharField(_("subject"), max_length=300)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    pem = models.TextField()
    not_after = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name, verbose_name_plural = _("authority's certificate"), _("authorities' certificates")

    def __str__(self) -> str:
        return self.subject


class HandOver(models.Model):
    """Who presented a certificate, on its way from the certificate host to the portal: taken once, then gone."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    begun_hash = models.CharField(max_length=64)  # of the secret in the session that began it
    payload = models.JSONField()
    expires_at = models.DateTimeField()
