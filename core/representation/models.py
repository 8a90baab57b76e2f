"""One table: powers. Nobody is found by it but through her own proved number."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.identity.constants import IdentifierKind, PersonKind
from core.identity.models import Person
from core.municipalities.constraints import HER_NUMBERS, PERSON, SqlConstraint, no_delete, same_town
from core.municipalities.models import WALL, TenantModel

from .constants import LIVE, YEARS, Basis, Evidence, PowerState, Scope

LONGEST = timedelta(days=366 + (YEARS - 1) * 365 + 1)  # five years, two of them leap years


class OwnPowers(SqlConstraint):
    """Read by whoever granted it and by whoever holds the number that it names, in every town."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t = schema_editor.quote_name(model._meta.db_table)
        return (
            f"CREATE POLICY {self.name} ON {t} FOR SELECT TO biscaytik_citizen USING (granted_by_id = {PERSON} OR "
            f"agent_identifier = ANY ({HER_NUMBERS})); GRANT SELECT ON {t} TO biscaytik_citizen"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t = schema_editor.quote_name(model._meta.db_table)
        return f"DROP POLICY {self.name} ON {t}; REVOKE SELECT ON {t} FROM biscaytik_citizen"


class Power(TenantModel):
    """`agent` may act for `grantor`. The grantor's names are kept as granted: a child may have no number of its own."""

    number = models.CharField(_("number"), max_length=14, db_collation="C")  # PW-7KQ2M9XD: known to its parties alone
    basis = models.CharField(_("reason"), max_length=12, choices=Basis, default=Basis.POWER)
    scope = models.CharField(_("what for"), max_length=10, choices=Scope, default=Scope.TOWN)
    procedures = models.JSONField(_("procedures"), default=list, blank=True)  # codes, or families as `URB`
    grantor_kind = models.CharField(max_length=10, choices=PersonKind, default=PersonKind.NATURAL)
    grantor_name = models.CharField(_("granted by"), max_length=200)
    grantor_identifier_kind = models.CharField(max_length=10, choices=IdentifierKind, blank=True)
    grantor_identifier = models.CharField(_("identity document"), max_length=30, blank=True, db_collation="C")
    # the natural person who granted it: herself, the parent of a child, whoever speaks for a company
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    agent_name = models.CharField(_("representative"), max_length=200)
    agent_identifier = models.CharField(_("representative's number"), max_length=30, db_collation="C")  # NIF or NIE
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_to = models.DateField(_("until"))
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence)
    proof = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("proof")
    )
    case_reference = models.CharField(_("case file"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PowerState, default=PowerState.PROPOSED)
    created_at = models.DateTimeField(_("registered"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # why a clerk ended it at the desk, and what she was shown
    ended_why = models.CharField(_("why it was revoked"), max_length=300, blank=True)
    ended_proof = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("proof")
    )

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("power"), _("powers")
        ordering = ["-created_at"]
        constraints = [
            *WALL,
            OwnPowers(name="representation_power_own"),
            *same_town("proof", "ended_proof"),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "number"], name="power_number"),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")) & Q(valid_to__lte=F("valid_from") + LONGEST),
                name="power_lasts_five_years_at_most",
                violation_error_message=_("A power lasts five years at most."),
            ),
        ]
        indexes = [
            models.Index(fields=["agent_identifier"], name="power_agent"),
            models.Index(fields=["granted_by"], name="power_granted_by"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        """Whether it is, or may yet come, in force."""
        return self.state in LIVE and self.valid_to >= timezone.localdate()

    @property
    def is_expired(self) -> bool:
        return self.state in LIVE and self.valid_to < timezone.localdate()

    def is_in_force(self, on: date | None = None) -> bool:
        day = on or timezone.localdate()
        return self.state == PowerState.ACCEPTED and self.valid_from <= day <= self.valid_to

    def covers(self, procedure_code: str, *, town_id: int) -> bool:
        """Whether it is good for a procedure of a town."""
        if self.scope == Scope.GENERAL:
            return True
        if self.municipality_id != town_id:
            return False
        family = procedure_code.split("-")[0]
        return self.scope == Scope.TOWN or procedure_code in self.procedures or family in self.procedures
