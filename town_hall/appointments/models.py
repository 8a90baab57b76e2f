"""What a town offers by appointment, when its desks are open, and who comes."""

from collections.abc import Collection
from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.identity.models import Person
from core.municipalities.constraints import no_delete, own_rows, same_town
from core.municipalities.models import PUBLIC, WALL, Office, PublicTownModel, TenantModel

from .constants import ExceptionKind, Language, State


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Rules(PublicTownModel):
    """What holds in a town from a day on. A town without rows of its own follows the county's."""

    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    open_per_person = models.PositiveSmallIntegerField(
        _("appointments to come, at most"), default=4, help_text=_("Of one person, in all the services together.")
    )
    keep_days = models.PositiveSmallIntegerField(
        _("days that personal data are kept"),
        default=90,
        help_text=_("Counted from the appointment; then name, e-mail and telephone are erased."),
    )

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("rules of the appointments"), _("rules of the appointments")
        constraints = [
            *PUBLIC,
            models.UniqueConstraint(fields=["municipality", "valid_from"], name="one_appointment_rule"),
        ]

    def __str__(self) -> str:
        return str(self.valid_from)


class Service(PublicTownModel):
    """Something that a citizen may come for."""

    name = models.CharField(_("name"), max_length=120)
    bring = models.TextField(_("what to bring"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    procedure_codes = models.CharField(
        _("procedures"),
        max_length=300,
        blank=True,
        help_text=_(
            "Codes of the catalogue, with commas: PAD-001, PAD-003. Only with one answer of the form: REG-010=census."
        ),
    )
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"), default=30)
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice"), default=2, help_text=_("How long before the hour it can still be booked.")
    )
    per_person = models.PositiveSmallIntegerField(_("appointments to come of one person, at most"), default=2)
    per_person_day = models.PositiveSmallIntegerField(_("appointments of one person in a day, at most"), default=1)
    per_day = models.PositiveSmallIntegerField(_("appointments in a day, at most"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("service by appointment"), _("services by appointment")
        ordering = ["position", "pk"]
        constraints = [
            *PUBLIC,
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=480), name="appointment_minutes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def procedures(self) -> list[str]:
        """The codes of the procedures that it is for."""
        return list(dict.fromkeys(code for code, _answer in self._for))

    def is_for(self, procedure: str, answers: Collection[str]) -> bool:
        """Whether it is what a request with these answers needs an hour of."""
        return any(code == procedure and (not one or one in answers) for code, one in self._for)

    @property
    def _for(self) -> list[tuple[str, str]]:
        parts = (part.partition("=") for part in self.procedure_codes.split(","))
        return [(code.strip().upper(), answer.strip()) for code, _sign, answer in parts if code.strip()]


class Desk(PublicTownModel):
    """A place of an office at which one person at a time is attended."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="desks", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=80)
    active = models.BooleanField(_("active"), default=True)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("desk"), _("desks")
        ordering = ["pk"]
        constraints = [*PUBLIC, *same_town("office")]

    def __str__(self) -> str:
        return self.name


class DeskService(PublicTownModel):
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="offered", verbose_name=_("desk"))
    service = models.ForeignKey(Service, models.CASCADE, related_name="offered", verbose_name=_("service"))

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("service of the desk"), _("services of the desk")
        constraints = [
            *PUBLIC,
            *same_town("desk", "service"),
            models.UniqueConstraint(fields=["municipality", "desk", "service"], name="desk_service_once"),
        ]

    def __str__(self) -> str:
        return str(self.service)


class DeskHours(PublicTownModel):
    """When a desk attends, week after week."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="hours", verbose_name=_("desk"))
    weekday = models.PositiveSmallIntegerField(_("day of the week"), help_text=_("0 is Monday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("weekly hours"), _("weekly hours")
        ordering = ["weekday", "opens"]
        constraints = [
            *PUBLIC,
            *same_town("desk"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="desk_weekday_0_to_6"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="desk_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class DeskException(PublicTownModel):
    """Days on which the week does not hold; a day off of the town or the county is known without one."""

    desk = models.ForeignKey(
        Desk, models.CASCADE, related_name="exceptions", verbose_name=_("desk"), null=True, blank=True,
        help_text=_("Empty: every desk."),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=8, choices=ExceptionKind, default=ExceptionKind.CLOSED)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    opens = models.TimeField(_("from the hour"), null=True, blank=True, help_text=_("Empty: the whole day."))
    closes = models.TimeField(_("to the hour"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("exception to the hours"), _("exceptions to the hours")
        ordering = ["-starts_on"]
        constraints = [
            *PUBLIC,
            *same_town("desk"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="desk_exception_ends_after"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None, kind="closed") | Q(closes__gt=F("opens")),
                name="desk_exception_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on}"

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day can't be before the first.")})
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"closes": _("Give both hours, or none for the whole day.")})
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("It must close after it opens.")})
        if self.kind == ExceptionKind.OPEN and self.opens is None:
            raise ValidationError({"opens": _("Say from which hour to which it is open.")})


class Booking(TenantModel):
    """Somebody's appointment, or time that a clerk has blocked: whatever takes a desk's time.

    `token_hash`: SHA-256 of the secret with which it is cancelled and moved without signing in; the secret is made of
    `nonce` and the portal's key, so that a reminder can carry it although the database does not hold it.
    """

    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+", verbose_name=_("service"))
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", verbose_name=_("desk"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOOKED)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)  # in small letters
    phone = models.CharField(_("telephone"), max_length=20, blank=True)  # digits, and a plus where there is one
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.EU)
    note = models.CharField(_("note"), max_length=200, blank=True)
    # of the request that it was booked with, whose file ends with it
    case_reference = models.CharField(max_length=40, blank=True, db_collation="C")
    key = models.CharField(max_length=64, db_collation="C")  # of the form that was sent: sent twice, booked once
    nonce = models.CharField(max_length=32, db_collation="C")
    token_hash = models.CharField(max_length=64, db_collation="C")
    version = models.PositiveSmallIntegerField(default=0)  # one more with each move: notices of before say nothing
    created_at = models.DateTimeField(default=timezone.now)
    forget_on = models.DateField()  # from this day on the personal data are erased
    forgotten_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("appointment"), _("appointments")
        ordering = ["starts_at", "pk"]
        constraints = [
            *WALL,
            own_rows(),
            *same_town("service", "desk"),
            no_delete(),
            ExclusionConstraint(
                name="appointment_once",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("desk", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state=State.CANCELLED),
            ),
            models.UniqueConstraint(fields=["municipality", "key"], name="appointment_key"),
            models.UniqueConstraint(fields=["municipality", "token_hash"], name="appointment_token"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after"),
            models.CheckConstraint(
                condition=Q(service=None, state__in=[State.BLOCKED, State.CANCELLED])
                | Q(service__isnull=False) & ~Q(state=State.BLOCKED),
                name="appointment_of_a_service",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "starts_at"], name="appointment_day"),
            models.Index(fields=["municipality", "email", "starts_at"], name="appointment_email"),
            models.Index(fields=["municipality", "phone", "starts_at"], name="appointment_phone"),
            models.Index(fields=["person", "-starts_at"], name="appointment_person"),
            models.Index(
                fields=["municipality", "case_reference"], condition=~Q(case_reference=""), name="appointment_case"
            ),
            models.Index(
                fields=["municipality", "forget_on"], condition=Q(forgotten_at=None), name="appointment_forget"
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def is_to_come(self) -> bool:
        """Whether it can still be moved or cancelled."""
        return self.state == State.BOOKED and self.starts_at > timezone.now()
