"""One table: what was done or looked at."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.municipalities.constraints import PERSON, TOWN, SqlConstraint, append_only
from core.municipalities.models import Municipality, open_municipality


class AuditWall(SqlConstraint):
    """A town reads its own rows, a person those about her; a sign-in belongs to no town. Rows are only added."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t, n = schema_editor.quote_name(model._meta.db_table), self.name
        return (
            f"ALTER TABLE {t} ENABLE ROW LEVEL SECURITY; ALTER TABLE {t} FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY {n}_i ON {t} FOR INSERT TO biscaytik_app WITH CHECK "
            f"(CASE WHEN municipality_id IS NULL THEN true ELSE municipality_id = {TOWN} END); "
            f"CREATE POLICY {n}_r ON {t} FOR SELECT TO biscaytik_app USING (municipality_id = {TOWN}); "
            f"CREATE POLICY {n}_own ON {t} FOR SELECT TO biscaytik_citizen USING (subject_person_id = {PERSON})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t, n = schema_editor.quote_name(model._meta.db_table), self.name
        return "; ".join(f"DROP POLICY {n}_{c} ON {t}" for c in ("i", "r", "own"))


class AuditRow(models.Model):
    """Names and numbers as they were: an audit row outlives what it speaks of, so nothing here is a foreign key."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, db_index=False, related_name="+", null=True, default=open_municipality
    )
    at = models.DateTimeField(_("date and time"), db_default=Now())
    action = models.CharField(_("action"), max_length=60)  # "case_files.resolved"; its sentence is registered
    channel = models.CharField(_("channel"), max_length=10)
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.BigIntegerField(null=True)
    actor_person_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("who"), max_length=200, blank=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    object_ref = models.CharField(_("what"), max_length=80, blank=True)
    subject_person_id = models.BigIntegerField(null=True)  # whose data were read or changed: she may see this row
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("audit row"), _("audit")
        constraints = [AuditWall(name="audit_wall"), append_only()]
        indexes = [
            models.Index(fields=["municipality", "-at"], name="audit_town"),
            models.Index(fields=["municipality", "object_type", "object_id"], name="audit_object"),
            models.Index(fields=["subject_person_id", "-at"], name="audit_subject"),
        ]

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: Any) -> Any:
        """A row of no town can be added by whoever acts but read by her alone, so nothing is asked back."""
        if self.municipality_id is not None:
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        manager._insert([self], fields=fields, returning_fields=None, using=using, raw=raw)
        return []
