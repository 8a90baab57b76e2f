"""The catalogue, province-wide; what a town makes of it; and drafts."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from case_files.constants import Silence
from case_files.models import CaseFile
from core.documents.models import Document
from core.identity.models import Person, User
from core.municipalities.constraints import append_only, own_rows, same_town
from core.municipalities.models import PUBLIC, WALL, PublicTownModel, TenantModel, Unit
from registry.models import Entry

from .constants import SCHEMA, DocumentSource, DraftState, FieldType, IdentityLevel, Initiation, TermUnit


class Family(models.Model):
    prefix = models.CharField(max_length=5, unique=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    synonyms = models.TextField(blank=True)  # comma separated, both languages, for search only

    class Meta:
        verbose_name, verbose_name_plural = _("family of procedures"), _("families of procedures")

    def __str__(self) -> str:
        return self.name


class LifeEvent(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("life event"), _("life events")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class DocumentType(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(max_length=10, choices=DocumentSource, default=DocumentSource.APPLICANT)

    def __str__(self) -> str:
        return self.name


class LegalReference(models.Model):
    code = models.CharField(max_length=20, unique=True)
    title_eu = models.CharField(max_length=300)
    title_es = models.CharField(max_length=300)


class WorkflowStep(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)


class WorkflowTemplate(models.Model):
    """A sequence of steps: `steps` = [{code, optional, group?}] in order; those of one group are open at once."""

    code = models.SlugField(unique=True)
    initiation = models.CharField(max_length=12, choices=Initiation)
    steps = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.code


class Procedure(models.Model):
    """One definition for the province; a town switches it on and overrides what is its own."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="procedures", verbose_name=_("family of procedures")
    )
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    who = models.TextField(_("who may ask for it"), blank=True)
    need = models.TextField(_("what is needed"), blank=True)
    next = models.TextField(_("what happens next"), blank=True)
    keywords = models.TextField(blank=True)  # for search, never shown
    life_events = models.ManyToManyField(LifeEvent, related_name="procedures", blank=True)
    applicants = models.JSONField(default=list)  # citizen, company, representative, association …
    identity_level = models.CharField(
        _("identification"), max_length=12, choices=IdentityLevel, default=IdentityLevel.EMAIL
    )
    term_value = models.PositiveSmallIntegerField(_("term to decide"), null=True, blank=True)
    term_unit = models.CharField(_("unit of the term"), max_length=12, choices=TermUnit, blank=True)
    silence = models.CharField(_("if nobody answers"), max_length=10, choices=Silence, default=Silence.NONE)
    sla_days = models.PositiveSmallIntegerField(
        _("working days promised"), null=True, blank=True
    )  # what the town promises, working days
    # what is usual, in words, as the catalogue has it; what is charged stands in the tariffs of core.payments
    fee = models.CharField(_("fee"), max_length=200, default="none")
    automatic = models.BooleanField(_("answered at once"), default=False)
    initiation = models.CharField(max_length=12, choices=Initiation, default=Initiation.APPLICATION)
    output = models.CharField(max_length=40, blank=True)
    workflow = models.ForeignKey(WorkflowTemplate, models.PROTECT, related_name="+", verbose_name=_("steps"))
    sia_code = models.CharField(_("SIA code"), max_length=80, blank=True)
    discreet = models.BooleanField(_("discreet"), default=False)
    # how many others may apply together with whoever files it, and the working days that they have to join
    joint_most = models.PositiveSmallIntegerField(_("others who may apply with her"), default=0)
    joint_days = models.PositiveSmallIntegerField(_("working days to join"), default=10)
    position = models.PositiveSmallIntegerField(default=0)
    edited_at = models.DateTimeField(
        _("changed on"), null=True, blank=True, editable=False
    )  # by the operator: the loader leaves it
    form_version = models.ForeignKey("FormVersion", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("procedure"), _("procedures")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """A procedure's definition as it stood: drafts and case files keep the one they were begun with. Never changed."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()  # 1, 2, … within the procedure, for people
    schema = models.PositiveSmallIntegerField(default=SCHEMA)  # the shape of the JSON; procedures.definitions.schema
    digest = models.CharField(max_length=16)
    definition = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "digest"], name="one_form_version"),
            models.UniqueConstraint(fields=["procedure", "number"], name="form_version_number"),
        ]


class TownForm(PublicTownModel):
    """What a town changes in the province's form, as it stood from its publication on. Never changed itself."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    base = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")  # what the town had before its eyes
    number = models.PositiveSmallIntegerField()  # 1, 2, … within town and procedure
    changes = models.JSONField()  # see procedures.definitions.differences
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(PublicTownModel.Meta):
        constraints = [
            *PUBLIC,
            append_only(),
            models.UniqueConstraint(fields=["municipality", "procedure", "number"], name="town_form_number"),
        ]


class FormSketch(TenantModel):
    """A form that is being edited and that nobody is asked yet: the province's in the county, a town's in the town."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+", db_index=False)
    base = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", db_index=False)
    definition = models.JSONField()  # all questions, as they will be
    edited_by = models.CharField(max_length=200)
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            models.UniqueConstraint(fields=["municipality", "procedure"], name="one_form_sketch"),
        ]


class ProcedureField(models.Model):
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    page = models.PositiveSmallIntegerField(_("step of the form"), default=1)  # which step of the form asks it
    name = models.SlugField(_("code"), max_length=60)
    type = models.CharField(_("kind"), max_length=20, choices=FieldType)
    required = models.BooleanField(_("obligatory"))
    options = models.JSONField(default=list)  # [{value, eu, es, en}], or []; `town_list` below names a town's own list
    town_list = models.CharField(max_length=60, blank=True)
    label = models.CharField(_("text"), max_length=200)
    hint = models.CharField(_("help"), max_length=400, blank=True)
    condition = models.JSONField(default=dict)  # {field, equals}: the field is asked only then

    class Meta:
        verbose_name, verbose_name_plural = _("question"), _("questions")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["procedure", "name"], name="field_of_procedure")]

    def __str__(self) -> str:
        return f"{self.label} ({self.name})"


class ProcedureDocument(models.Model):
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="documents")
    type = models.ForeignKey(DocumentType, models.PROTECT)
    required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class ProcedureLaw(models.Model):
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="laws")
    reference = models.ForeignKey(LegalReference, models.PROTECT)
    articles = models.CharField(max_length=60, blank=True)


class TownProcedure(PublicTownModel):
    """A procedure that a town has switched on, with what is its own."""

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="town_procedures", verbose_name=_("procedure")
    )
    enabled = models.BooleanField(_("on line"), default=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    identity_level = models.CharField(_("identification"), max_length=12, choices=IdentityLevel, blank=True)
    channels = models.JSONField(_("channels"), default=list)  # online, in_person, appointment, phone, post
    provider = models.CharField(_("provided by"), max_length=120, blank=True)
    notes = models.TextField(_("notes of the town"), blank=True)
    pinned = models.BooleanField(_("among the most used"), default=False)
    town_form = models.ForeignKey(TownForm, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("procedure of the town"), _("procedures of the town")
        constraints = [
            *PUBLIC,
            *same_town("unit", "town_form"),
            models.UniqueConstraint(fields=["municipality", "procedure"], name="one_town_procedure"),
        ]

    def __str__(self) -> str:
        return str(self.procedure)


class TownWorkflow(PublicTownModel):
    """What a town makes of one of the province's workflows; see procedures.workflows for the difference's shape."""

    template = models.ForeignKey(WorkflowTemplate, models.PROTECT, related_name="+", verbose_name=_("steps"))
    draft = models.JSONField(default=dict)  # being written
    changes = models.JSONField(default=dict)  # published: what new files take
    edited_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("workflow of the town"), _("workflows of the town")
        constraints = [
            *PUBLIC,
            models.UniqueConstraint(fields=["municipality", "template"], name="one_town_workflow"),
        ]


class TownList(PublicTownModel):
    """A list of choices of the town's own: its zones, its courses, its halls."""

    code = models.SlugField(_("code"), max_length=60)  # ProcedureField.town_list
    name = models.CharField(_("name"), max_length=120)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("list of the town"), _("lists of the town")
        constraints = [*PUBLIC, models.UniqueConstraint(fields=["municipality", "code"], name="town_list_code")]

    def __str__(self) -> str:
        return self.name


class TownListItem(PublicTownModel):
    town_list = models.ForeignKey(TownList, models.CASCADE, related_name="items")
    value = models.SlugField(_("code"), max_length=60)
    label = models.CharField(_("text"), max_length=200)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("choice"), _("choices")
        ordering = ["position", "id"]
        constraints = [
            *PUBLIC,
            *same_town("town_list"),
            models.UniqueConstraint(fields=["municipality", "town_list", "value"], name="town_list_value"),
        ]

    def __str__(self) -> str:
        return self.label


class SearchMiss(TenantModel):
    """Words that found nothing on a day: what the town is asked for in words that the catalogue does not know."""

    words = models.CharField(_("words"), max_length=80)  # normalised, without digits: nobody's number is kept
    language = models.CharField(_("language"), max_length=2)
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("search without result"), _("searches without result")
        ordering = ["-day", "-times"]
        constraints = [
            *WALL,
            models.UniqueConstraint(fields=["municipality", "day", "language", "words"], name="one_search_miss"),
        ]

    def __str__(self) -> str:
        return self.words


class Draft(TenantModel):
    """A request being written: one open draft a user and procedure, unless she begins another (`ordinal`).

    An anonymous one hangs on a token. Attachments stand in the row: one lock guards them and no query fetches them.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+", db_index=False)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", db_index=False)
    town_form = models.ForeignKey(TownForm, models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # at the desk a clerk (`user`) writes it for this person (Ley 39/2015, art. 12.2), who consented: {how, at, clerk}
    behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    consent = models.JSONField(default=dict)
    token_hash = models.CharField(max_length=64, blank=True)
    slug = models.CharField(max_length=26)  # in the address; says nothing, opens nothing without its owner
    ordinal = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=2, default="eu")
    data = models.JSONField(default=dict)  # field → what was typed, as it was typed
    attachments = models.JSONField(default=list)  # [{id, type, file_name, mime, size, sha256}]
    done_steps = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()
    case_file = models.ForeignKey(CaseFile, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    receipt = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # what the confirmation shows, see procedures.services.submitting; the page asks no other table
    result = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            own_rows(),
            *same_town("case_file", "entry", "receipt", "town_form"),
            models.UniqueConstraint(fields=["municipality", "slug"], name="draft_slug"),
            models.UniqueConstraint(
                fields=["municipality", "user", "procedure", "ordinal"],
                condition=Q(state="open", behalf_of=None),
                name="one_open_draft",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-saved_at"], name="draft_person"),
            models.Index(fields=["municipality", "expires_on"], condition=Q(state="open"), name="draft_expiring"),
        ]
