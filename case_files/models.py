"""The case file (expediente) and what hangs on it."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.identity.models import Person, User
from core.municipalities.constraints import (
    HER_NUMBERS,
    PERSON,
    OwnThrough,
    SqlConstraint,
    append_only,
    no_delete,
    own_rows,
    same_town,
)
from core.municipalities.models import WALL, TenantModel, Unit
from core.notifications.models import Notification
from registry.models import Entry

from .constants import (
    AskKind,
    Capacity,
    DocumentRole,
    JoinState,
    LinkKind,
    NotificationChannel,
    Outcome,
    Silence,
    State,
    TaskState,
    TermUnit,
)

# a party's rows while she is one
_ACTIVE = "valid_to IS NULL OR valid_to >= CURRENT_DATE"


class CaseCounter(TenantModel):
    """The last number of a town's case files in a year."""

    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [*WALL, models.UniqueConstraint(fields=["municipality", "year"], name="one_case_counter")]


class CaseFile(TenantModel):
    """One case file. Its workflow is the template's steps as they stood when it was opened."""

    reference = models.CharField(_("reference"), max_length=40, db_collation="C")  # BER-2026-004137
    procedure_code = models.CharField(_("procedure"), max_length=20)
    title_eu = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    summary = models.CharField(_("subject"), max_length=240, blank=True)
    language = models.CharField(_("language"), max_length=2, default="eu")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    # [{code, optional, names: {eu, es, en}, state, on, group?, roles?, unit?, days?}] and the code of the step it
    # stands at, the first of those that are open at once; see services.workflow
    workflow = models.JSONField(default=list)
    step = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0)  # one more with each change: two clerks never overwrite each other
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    form = models.JSONField(default=dict)  # the form as it was shown: version and fields
    data = models.JSONField(default=dict)  # the answers as filed
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    term_from = models.DateField(null=True, blank=True)  # day of the deemed filing: the term counts from the next one
    term_value = models.PositiveSmallIntegerField(null=True, blank=True)
    term_unit = models.CharField(max_length=12, choices=TermUnit, blank=True)
    due_on = models.DateField(_("to be resolved by"), null=True, blank=True)
    silence = models.CharField(max_length=10, choices=Silence, default=Silence.NONE)
    suspended_since = models.DateField(null=True, blank=True)  # the clock stands since this day's notification
    suspended_days = models.PositiveSmallIntegerField(default=0)  # calendar days for which it stood, till now
    output = models.CharField(max_length=40, blank=True)  # what it ends with where it is granted: of data/outputs.csv
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    fee_cents = models.PositiveIntegerField(null=True, blank=True)  # due, in euro cents
    discreet = models.BooleanField(default=False)  # no notice by e-mail, no list, no statistic shows it
    retain_until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("case file"), _("case files")
        constraints = [
            *WALL,
            *same_town("unit"),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "reference"], name="case_file_reference"),
        ]
        indexes = [
            models.Index(fields=["municipality", "-opened_at"], name="case_file_newest"),
            models.Index(fields=["municipality", "state", "due_on"], name="case_file_due"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def title(self) -> str:
        """The procedure's name in the reader's language."""
        names = {"eu": self.title_eu, "en": self.title_en}
        return names.get((get_language() or "eu")[:2]) or self.title_es


class CaseParty(TenantModel):
    """Somebody the file concerns, as she filed; `person` only where her identity is known, and she then reads it."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    capacity = models.CharField(_("capacity"), max_length=15, choices=Capacity, default=Capacity.APPLICANT)
    # what says that a representative may act: a power's number in the register, `certificate`, or nothing: her own word
    power = models.CharField(max_length=14, blank=True)
    represents = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="representatives")
    name = models.CharField(_("name"), max_length=200)
    identifier_kind = models.CharField(max_length=10, blank=True)
    identifier = models.CharField(_("identity document"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.JSONField(default=dict)
    channel = models.CharField(max_length=10, choices=NotificationChannel, default=NotificationChannel.ELECTRONIC)
    language = models.CharField(max_length=2, default="eu")
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)  # her last whole day; of a representative, the power's

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("party"), _("parties")
        constraints = [
            *WALL,
            own_rows(),
            *(
                OwnThrough(
                    target=f"case_files.{model}",
                    column=column,
                    link="case_file",
                    where=_ACTIVE,
                    name=f"{model.lower()}_own",
                )
                for model, column in (
                    ("CaseFile", "id"),
                    ("CaseTask", "case_file_id"),
                    ("CaseDocument", "case_file_id"),
                    ("CaseEvent", "public AND case_file_id"),
                    ("CorrectionRequest", "case_file_id"),
                    ("CaseLink", "case_file_id"),
                )
            ),
            *same_town("case_file", "represents"),
            no_delete(),
        ]
        indexes = [
            models.Index(fields=["person"], name="case_party_person"),
            models.Index(fields=["municipality", "case_file"], name="case_party_file"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def over_since(self) -> date | None:
        """The first day on which she is no party any more; None while she is."""
        ended = self.valid_to is not None and self.valid_to < timezone.localdate()
        return self.valid_to + timedelta(days=1) if self.valid_to and ended else None


class PartyWord(TenantModel):
    """A word of a party's name, or her identity document: what the inbox finds a file by."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=60, db_collation="C")  # without accents, lower case

    class Meta(TenantModel.Meta):
        constraints = [*WALL, *same_town("case_file"), no_delete()]
        indexes = [models.Index(fields=["municipality", "word", "case_file"], name="party_word")]


class CaseTask(TenantModel):
    """One step of the workflow, for a unit and, once taken, for a clerk."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="tasks")
    step = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)  # what clerks wrote
    said = models.JSONField(default=dict)  # what the system says is to be done: {eu, es, en}

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("task"), _("tasks")
        constraints = [
            *WALL,
            *same_town("case_file", "unit"),
            no_delete(),
            models.UniqueConstraint(
                fields=["municipality", "case_file", "step"], condition=Q(state="open"), name="one_open_task_a_step"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "due_on"], name="task_inbox"),
            models.Index(fields=["municipality", "assignee", "state"], name="task_mine"),
        ]

    @property
    def words(self) -> str:
        """What there is to do, in the reader's language, and what clerks wrote of it."""
        said = self.said.get((get_language() or "eu")[:2]) or self.said.get("es", "")
        return "\n".join(filter(None, (said, self.note)))


class CaseDocument(TenantModel):
    """A document in the file. Parties read the `visible` ones; drafts and notes are not theirs (art. 70.4)."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="documents")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=DocumentRole, default=DocumentRole.OTHER)
    type_code = models.CharField(max_length=40, blank=True)  # of the catalogue's documents
    position = models.PositiveSmallIntegerField(default=0)
    visible = models.BooleanField(default=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            *same_town("case_file", "document"),
            OwnThrough(target="documents.Document", column="id", link="document", where="visible", name="document_own"),
            OwnThrough(
                target="documents.DocumentVersion",
                column="document_id",
                link="document",
                where="visible",
                name="document_version_own",
            ),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "case_file", "document"], name="document_once_in_file"),
        ]


class CaseEvent(TenantModel):
    """History: what happened, in order; parties read what is `public`."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    code = models.CharField(max_length=40)  # its sentences are in case_files.history
    params = models.JSONField(default=dict)
    public = models.BooleanField(default=True)
    actor_name = models.CharField(max_length=200, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    notification = models.ForeignKey(Notification, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [*WALL, *same_town("case_file", "entry", "document", "notification"), append_only()]
        indexes = [models.Index(fields=["municipality", "case_file", "at"], name="event_file")]


class CaseLink(TenantModel):
    """Another file of the town that has to do with this one: two rows, one from each end."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="links")
    other = models.ForeignKey(CaseFile, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=LinkKind, default=LinkKind.RELATED)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            *same_town("case_file", "other"),
            append_only(),
            models.UniqueConstraint(fields=["municipality", "case_file", "other"], name="linked_once"),
        ]


class CorrectionRequest(TenantModel):
    """What the file waits for from outside; see `AskKind`. The term runs from her being notified, or, for a report,
    from the day that it was asked for."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=10, choices=AskKind, default=AskKind.CORRECTION)
    step = models.CharField(max_length=40, blank=True)  # of a report: whose task ends the wait
    items = models.JSONField(default=list)  # [{text_eu, text_es, document_type?}]
    days = models.PositiveSmallIntegerField(default=10)  # working days of a correction or a hearing
    notification = models.ForeignKey(Notification, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)  # known once she has been notified
    answered_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [*WALL, *same_town("case_file", "notification"), no_delete()]


class OwnJoinings(SqlConstraint):
    """Read by whoever holds the number that it names, and by the file's parties, in every town."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t = schema_editor.quote_name(model._meta.db_table)
        return (
            f"CREATE POLICY {self.name} ON {t} FOR SELECT TO biscaytik_citizen USING (identifier = ANY ({HER_NUMBERS}) "
            f"OR case_file_id = ANY (ARRAY (SELECT case_file_id FROM case_files_caseparty WHERE person_id = {PERSON} "
            f"AND ({_ACTIVE})))); GRANT SELECT ON {t} TO biscaytik_citizen"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t = schema_editor.quote_name(model._meta.db_table)
        return f"DROP POLICY {self.name} ON {t}; REVOKE SELECT ON {t} FROM biscaytik_citizen"


class Joining(TenantModel):
    """Somebody whom the first applicant named as applying with her (Ley 39/2015, art. 66.2), and what she answered.

    It is no party: what she has not joined is not hers. Only her own proved number leads to it.
    """

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="joinings")
    slug = models.CharField(max_length=26, db_collation="C")  # in the address; opens nothing without the number
    name = models.CharField(_("name"), max_length=200)
    identifier_kind = models.CharField(max_length=10)
    identifier = models.CharField(_("identity document"), max_length=30, db_collation="C")  # NIF or NIE
    email = models.EmailField(_("e-mail"))
    language = models.CharField(max_length=2, default="eu")
    level = models.PositiveSmallIntegerField(default=0)  # core.audit.constants.Level that joining asks of a session
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    seen_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=JoinState, default=JoinState.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the entry in the book that she had before her
    evidence = models.JSONField(default=dict)  # who answered: name, number, level, channel, and how she was identified
    party = models.ForeignKey(CaseParty, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            OwnJoinings(name="case_files_joining_own"),
            *same_town("case_file", "party", "entry"),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "slug"], name="joining_slug"),
            models.UniqueConstraint(fields=["municipality", "case_file", "identifier"], name="joins_once"),
        ]
        indexes = [
            models.Index(fields=["identifier"], name="joining_identifier"),
            models.Index(fields=["municipality", "due_on"], condition=Q(state="asked"), name="joining_due"),
        ]

    def __str__(self) -> str:
        return self.name
