"""The outbox, and what a person was told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.identity.models import Person, User
from core.municipalities.constraints import append_only, no_delete, own_rows, same_town
from core.municipalities.models import WALL, TenantModel

from .constants import Channel, DeliveryResult, NotificationState


class OutboxRow(TenantModel):
    """An effect that was decided in a transaction and is done after its commit, at least once."""

    kind = models.CharField(_("kind"), max_length=60)  # the name under which a handler is registered
    key = models.CharField(_("key"), max_length=100)  # the same effect is never put in twice
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("decided on"), default=timezone.now)
    not_before = models.DateTimeField(_("next attempt"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(_("failed on"), null=True, blank=True)  # for good: a clerk sees it and may retry
    error = models.TextField(_("error"), blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("outgoing effect"), _("outgoing effects")
        constraints = [*WALL, models.UniqueConstraint(fields=["municipality", "key"], name="outbox_key")]
        indexes = [
            models.Index(
                fields=["municipality", "not_before"], condition=Q(done_at=None, failed_at=None), name="outbox_due"
            )
        ]


class Notification(TenantModel):
    """What one person was told: a courtesy notice, or a legal notification whose opening has legal effect.

    Ley 39/2015, art. 43: ten calendar days after being made available, unopened, it counts as rejected.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person"))
    legal = models.BooleanField(_("legal notification"), default=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.ELECTRONIC)
    subject_eu = models.CharField(_("subject in Basque"), max_length=200)
    subject_es = models.CharField(_("subject in Spanish"), max_length=200)
    body_eu = models.TextField(blank=True)
    body_es = models.TextField(blank=True)
    reference = models.CharField(_("case file"), max_length=40, blank=True)  # of the case file it belongs to
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=NotificationState, default=NotificationState.CREATED)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="eu")
    created_at = models.DateTimeField(default=timezone.now)
    available_at = models.DateTimeField(_("available since"), null=True, blank=True)
    lapses_on = models.DateField(
        _("lapses on"), null=True, blank=True
    )  # the last calendar day on which it can be opened
    closed_at = models.DateTimeField(null=True, blank=True)  # accessed, rejected or expired
    emailed_at = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("notification"), _("notifications")
        constraints = [*WALL, own_rows(), *same_town("document"), no_delete()]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notification_person"),
            models.Index(fields=["municipality", "reference"], name="notification_reference"),
            models.Index(fields=["municipality", "lapses_on"], condition=Q(state="available"), name="notification_due"),
        ]

    def __str__(self) -> str:
        return self.subject_es


class Preference(TenantModel):
    """How one person wants this town hall to write to her, by a request of her own; what is empty was not chosen.

    Ley 39/2015, arts. 14.1 and 41.1: she chooses whenever she likes. Ley 10/1982, art. 6: in which language, too.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.JSONField(default=dict)  # {street, number, floor, postcode, town}
    language = models.CharField(_("language"), max_length=2, blank=True)  # eu, es, or bi for both
    spoken = models.CharField(_("spoken language"), max_length=2, blank=True)
    case_reference = models.CharField(_("case file"), max_length=40, blank=True, db_collation="C")  # that chose it last
    chosen_at = models.DateTimeField(_("chosen on"), default=timezone.now)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("preference"), _("preferences")
        constraints = [
            *WALL,
            own_rows(),
            models.UniqueConstraint(fields=["municipality", "person"], name="one_preference"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.language}".strip()


class DeliveryAttempt(TenantModel):
    """One attempt to hand over a notification on paper, as the clerk wrote it down."""

    notification = models.ForeignKey(
        Notification, models.PROTECT, related_name="attempts", verbose_name=_("notification")
    )
    at = models.DateTimeField(_("date and time"))
    result = models.CharField(_("result"), max_length=10, choices=DeliveryResult)
    note = models.CharField(_("note"), max_length=300, blank=True)
    clerk = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("clerk"))
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("delivery attempt"), _("delivery attempts")
        ordering = ["at"]
        constraints = [*WALL, *same_town("notification"), append_only()]

    def __str__(self) -> str:
        return self.get_result_display()
