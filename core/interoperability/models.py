"""What was asked about whom, and what people object to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.identity.models import Person, User
from core.municipalities.constraints import no_delete, own_rows
from core.municipalities.models import WALL, TenantModel

from .constants import DEMO, FACTS, Basis, Kind, LookupState, all_kinds


class DataLookup(TenantModel):
    """One question about one person, for one case file: asked by whom, why, on what basis, and what came back.

    Of the answer only what the procedure needs is kept.
    """

    kind = models.CharField(_("what was asked"), max_length=30)  # of constants.all_kinds
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False, verbose_name=_("about whom"))
    case_reference = models.CharField(_("case file"), max_length=40, db_collation="C")
    procedure_code = models.CharField(_("procedure"), max_length=20)
    purpose = models.CharField(_("purpose"), max_length=250)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    basis = models.CharField(_("why it may be asked"), max_length=10, choices=Basis, default=Basis.LAW)
    state = models.CharField(_("state"), max_length=10, choices=LookupState, default=LookupState.ASKED)
    source = models.CharField(_("answered by"), max_length=120, blank=True)
    holds = models.BooleanField(_("it is so"), null=True)  # None: answered, and a person has to read it
    facts = models.JSONField(default=dict)  # {code of constants.FACTS or the source's own name: text}
    failure = models.CharField(_("why there is no answer"), max_length=300, blank=True)
    request_id = models.CharField(max_length=26, blank=True)  # by which the other administration knows the question
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("data look-up"), _("data look-ups")
        constraints = [
            *WALL,
            own_rows(),
            no_delete(),
            models.UniqueConstraint(
                fields=["municipality", "case_reference", "kind", "person"], name="one_lookup_a_file"
            ),
        ]
        indexes = [models.Index(fields=["person", "-asked_at"], name="lookup_person")]

    def __str__(self) -> str:
        return f"{self.case_reference}: {self.kind}"

    @property
    def about(self) -> Kind:
        return all_kinds()[self.kind]

    @property
    def is_demo(self) -> bool:
        """Whether nobody was asked: a demonstration's answer, which no page may show as another's."""
        return self.source == DEMO

    @property
    def told(self) -> list[tuple[str, str]]:
        """The facts with their names in the reader's language."""
        return [(str(FACTS.get(code, code)), str(value)) for code, value in self.facts.items()]


class Objection(TenantModel):
    """A person objects to look-ups (Ley 39/2015, art. 28.2): of one kind, or all; for one procedure, or all."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=30, blank=True)  # empty: every kind
    procedure_code = models.CharField(max_length=20, blank=True)  # empty: every procedure
    reason = models.TextField(blank=True)
    case_reference = models.CharField(max_length=40, blank=True)  # of the case file that accepted it
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)  # taken back

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("objection to look-ups"), _("objections to look-ups")
        constraints = [*WALL, own_rows(), no_delete()]
        indexes = [models.Index(fields=["person"], name="objection_person")]

    @property
    def about(self) -> Kind | None:
        """What is not looked up; None: anything."""
        return all_kinds().get(self.kind)


class Consent(TenantModel):
    """A person has let the town hall look one thing up for one case file, expressly (RGPD, art. 7): what she was
    shown, when, and in which session. It ends when she takes it back; what was looked up before stays lawful."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    case_reference = models.CharField(max_length=40, db_collation="C")
    procedure_code = models.CharField(max_length=20)
    text = models.TextField()  # as she read it, in her language
    version = models.CharField(max_length=10)
    evidence = models.JSONField(default=dict)  # of the session: level, channel, how she was identified
    given_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)  # taken back

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("consent to a look-up"), _("consents to look-ups")
        constraints = [
            *WALL,
            own_rows(),
            no_delete(),
            models.UniqueConstraint(
                fields=["municipality", "case_reference", "kind", "person"], name="one_consent_a_file"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="consent_person")]

    @property
    def about(self) -> Kind:
        """What may be looked up."""
        return all_kinds()[self.kind]
