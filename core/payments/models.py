"""Tariffs with their dates, what is owed, and every attempt to pay it with what the bank said."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.identity.models import Person, User
from core.municipalities.constraints import OwnThrough, append_only, no_delete, own_rows, same_town
from core.municipalities.models import (
    PUBLIC,
    WALL,
    Municipality,
    PublicTownModel,
    TenantModel,
    open_municipality,
)

from .constants import (
    AttemptState,
    ChargeState,
    GatewayCode,
    MessageKind,
    RefundState,
    Signature,
    TariffKind,
)
from .formula import FormulaError, check

_NO_NEGATIVE = [MinValueValidator(0)]


def new_slug() -> str:
    """What stands in a charge's address: 130 bits that say nothing."""
    return secrets.token_hex(16)


def new_token() -> str:
    """What a gateway answers to: 256 bits."""
    return secrets.token_urlsafe(32)


class Tariff(PublicTownModel):
    """What a procedure costs between two days: the province's usual where no town is named, else the town's own."""

    municipality = models.ForeignKey(  # type: ignore[assignment]
        Municipality,
        models.PROTECT,
        related_name="+",
        editable=False,
        default=open_municipality,
        null=True,
        blank=True,
        verbose_name=_("town hall"),
    )
    procedure_code = models.CharField(_("procedure"), max_length=20)
    kind = models.CharField(_("kind"), max_length=8, choices=TariffKind, default=TariffKind.FIXED)
    amount = models.DecimalField(
        _("amount in euros"), max_digits=10, decimal_places=2, null=True, blank=True, validators=_NO_NEGATIVE
    )
    formula = models.CharField(
        _("formula"),
        max_length=300,
        blank=True,
        help_text=_(
            "In euros, with the codes of the form's questions: 5% * works_budget + max(1% * works_budget, 60). "
            "Functions: min, max, round, ceil, days(from, to), quarters_left(date). “band” is the amount of the table."
        ),
    )
    choice_input = models.CharField(
        _("question that chooses in the table"), max_length=60, blank=True, help_text=_("Its code.")
    )
    number_input = models.CharField(
        _("question whose number chooses in the table"), max_length=60, blank=True, help_text=_("Its code.")
    )
    minimum = models.DecimalField(
        _("at least"), max_digits=10, decimal_places=2, null=True, blank=True, validators=_NO_NEGATIVE
    )
    maximum = models.DecimalField(
        _("at most"), max_digits=10, decimal_places=2, null=True, blank=True, validators=_NO_NEGATIVE
    )
    ordinance_eu = models.CharField(_("by-law, in Basque"), max_length=200, blank=True)
    ordinance_es = models.CharField(_("by-law, in Spanish"), max_length=200, blank=True)
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty while it holds."))

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("tariff"), _("tariffs")
        ordering = ["procedure_code", "-valid_from"]
        constraints = [
            *PUBLIC,
            models.UniqueConstraint(
                fields=["municipality", "procedure_code", "valid_from"], name="one_tariff_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="tariff_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code} ({self.get_kind_display()})"

    def clean(self) -> None:
        """A tariff that can't be worked out is refused while it is written, not before a citizen."""
        if self.kind == TariffKind.FIXED and self.amount is None:
            raise ValidationError({"amount": _("Write the amount, or choose another kind.")})
        if self.kind == TariffKind.FORMULA and not self.formula:
            raise ValidationError({"formula": _("Write the formula, or choose another kind.")})
        if self.kind == TariffKind.TABLE and not (self.choice_input or self.number_input):
            raise ValidationError({"choice_input": _("Say which question chooses in the table.")})
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("It can't end before it begins.")})
        if self.formula:
            try:
                check(self.formula)
            except FormulaError as error:
                raise ValidationError({"formula": str(error)}) from error


class TariffBand(PublicTownModel):
    """A line of a table: an answer, a range of numbers, or both; `at_least` is in it and `below` is not."""

    municipality = models.ForeignKey(  # type: ignore[assignment]
        Municipality, models.PROTECT, related_name="+", editable=False, default=open_municipality, null=True, blank=True
    )
    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="bands", verbose_name=_("tariff"))
    choice = models.CharField(_("answer"), max_length=60, blank=True, help_text=_("Its code; empty for any."))
    at_least = models.DecimalField(_("from the number"), max_digits=12, decimal_places=2, null=True, blank=True)
    below = models.DecimalField(_("below the number"), max_digits=12, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount in euros"), max_digits=10, decimal_places=2, validators=_NO_NEGATIVE)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("line of the table"), _("lines of the table")
        ordering = ["position", "id"]
        constraints = [*PUBLIC, *same_town("tariff")]


class TariffReduction(PublicTownModel):
    """Who pays less, or nothing: an answer and the part of the fee that is taken off."""

    municipality = models.ForeignKey(  # type: ignore[assignment]
        Municipality, models.PROTECT, related_name="+", editable=False, default=open_municipality, null=True, blank=True
    )
    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="reductions", verbose_name=_("tariff"))
    field = models.CharField(_("question"), max_length=60, help_text=_("Its code."))
    value = models.CharField(_("answer"), max_length=60, help_text=_("Its code."))
    percent = models.DecimalField(
        _("reduction, per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("100 is an exemption."),
    )
    reason_eu = models.CharField(_("reason in Basque"), max_length=200)
    reason_es = models.CharField(_("reason in Spanish"), max_length=200)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("reduction"), _("reductions")
        constraints = [*PUBLIC, *same_town("tariff")]


class PaymentMethod(TenantModel):
    """A gateway as one town has agreed it with its bank. The secret is sealed: see `core.payments.secrets`."""

    gateway = models.CharField(_("way to pay"), max_length=10, choices=GatewayCode)
    enabled = models.BooleanField(_("in use"), default=True)
    live = models.BooleanField(
        _("real payments"), default=False, help_text=_("Without it, the gateway's own test environment is used.")
    )
    merchant = models.CharField(
        _("merchant number (FUC)"), max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$")]
    )
    terminal = models.CharField(_("terminal"), max_length=3, blank=True, validators=[RegexValidator(r"^\d{1,3}$")])
    signature = models.CharField(_("signature"), max_length=20, choices=Signature, default=Signature.SHA512_V2)
    issuer = models.CharField(
        _("issuer (Cuaderno 60)"), max_length=6, blank=True, validators=[RegexValidator(r"^\d{6}$")]
    )
    suffix = models.CharField(
        _("kind of tax or suffix"), max_length=3, blank=True, validators=[RegexValidator(r"^\d{3}$")]
    )
    sealed_secret = models.TextField(blank=True, editable=False)
    token = models.CharField(max_length=43, default=new_token, editable=False)  # of the address for notifications
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("way to pay"), _("ways to pay")
        ordering = ["position", "id"]
        constraints = [*WALL, models.UniqueConstraint(fields=["municipality", "gateway"], name="one_payment_method")]

    def __str__(self) -> str:
        return self.get_gateway_display()


class Charge(TenantModel):
    """What somebody owes the town, and until when. `person` is who may pay and read it; the payer is as filed."""

    slug = models.CharField(max_length=32, default=new_slug, db_collation="C")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    payer_name = models.CharField(_("who pays"), max_length=200, blank=True)
    payer_identifier = models.CharField(_("identity document"), max_length=30, blank=True)
    concept_eu = models.CharField(_("concept in Basque"), max_length=200)
    concept_es = models.CharField(_("concept in Spanish"), max_length=200)
    concept_en = models.CharField(max_length=200, blank=True)
    amount_cents = models.PositiveIntegerField(_("amount in cents"))
    details = models.JSONField(default=dict)  # how the amount came about: see services.assessing
    procedure_code = models.CharField(_("procedure"), max_length=20, blank=True)
    case_reference = models.CharField(_("case file"), max_length=40, blank=True, db_collation="C")
    key = models.CharField(max_length=80, db_collation="C")  # the same debt is never charged twice
    state = models.CharField(_("state"), max_length=10, choices=ChargeState, default=ChargeState.DUE)
    due_on = models.DateField(_("to be paid by"))
    language = models.CharField(max_length=2, default="eu")
    created_at = models.DateTimeField(_("charged on"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid on"), null=True, blank=True)
    receipt = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("charge"), _("charges")
        constraints = [
            *WALL,
            own_rows(),
            *same_town("receipt"),
            OwnThrough(
                target="payments.PaymentAttempt", column="charge_id", link="id", where="true", name="attempt_own"
            ),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "slug"], name="charge_slug"),
            models.UniqueConstraint(fields=["municipality", "key"], name="charge_key"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="charge_of_something"),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="charge_person"),
            models.Index(fields=["municipality", "case_reference"], name="charge_case"),
            models.Index(fields=["municipality", "state", "due_on"], name="charge_due"),
        ]

    def __str__(self) -> str:
        return f"{self.case_reference or self.key}: {self.concept_es}"[:80]

    @property
    def concept(self) -> str:
        """What is paid, in the reader's language."""
        names = {"eu": self.concept_eu, "en": self.concept_en}
        return names.get((get_language() or "eu")[:2]) or self.concept_es


class SlipCounter(TenantModel):
    """The last Cuaderno 60 reference of a town: ten digits, never used twice."""

    last_number = models.PositiveBigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [*WALL, models.UniqueConstraint(fields=["municipality"], name="one_slip_counter")]


class PaymentAttempt(TenantModel):
    """One try to pay a charge: what was sent to the gateway, and what came of it."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="attempts", verbose_name=_("charge"))
    gateway = models.CharField(_("way to pay"), max_length=10, choices=GatewayCode)
    order = models.CharField(
        pgettext_lazy("of a payment", "order"), max_length=12, db_collation="C"
    )  # the gateway knows it by this
    token = models.CharField(max_length=43, default=new_token, db_collation="C")
    amount_cents = models.PositiveIntegerField(_("amount in cents"))
    # what the bank says that it took, where that is not what was asked for
    received_cents = models.PositiveIntegerField(_("received, in cents"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=AttemptState, default=AttemptState.CREATED)
    external_id = models.CharField(max_length=60, blank=True)  # the gateway's own name for it
    code = models.CharField(_("answer"), max_length=20, blank=True)  # the gateway's own: 0000, 0190 …
    authorisation = models.CharField(_("authorisation"), max_length=40, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")  # a slip
    refunded_cents = models.PositiveIntegerField(_("refunded, in cents"), default=0)
    created_at = models.DateTimeField(_("begun on"), default=timezone.now)
    closed_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # when the gateway was last asked

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("attempt to pay"), _("attempts to pay")
        ordering = ["created_at"]
        constraints = [
            *WALL,
            *same_town("charge", "document"),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "gateway", "order"], name="attempt_order"),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=Coalesce("received_cents", "amount_cents")),
                name="refunded_at_most_paid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "created_at"],
                condition=Q(state__in=["created", "sent", "unknown"]),
                name="attempt_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.order}"

    @property
    def taken_cents(self) -> int:
        """What may go back: what came, where it is another amount than was asked for."""
        return self.amount_cents if self.received_cents is None else self.received_cents


class GatewayMessage(TenantModel):
    """Evidence: what a gateway said, as it came, and whether it was believed. Only added."""

    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="messages", null=True)
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind)
    at = models.DateTimeField(_("date and time"), default=timezone.now)
    raw = models.JSONField(default=dict)
    accepted = models.BooleanField(_("believed"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("message of a gateway"), _("messages of gateways")
        ordering = ["at"]
        constraints = [*WALL, *same_town("attempt"), append_only()]


class Refund(TenantModel):
    """Money that goes back; sent to the bank once, whatever happens in between."""

    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="refunds", verbose_name=_("attempt"))
    amount_cents = models.PositiveIntegerField(_("amount in cents"))
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=RefundState, default=RefundState.REQUESTED)
    requested_at = models.DateTimeField(_("asked for on"), default=timezone.now)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    code = models.CharField(_("answer"), max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("refund"), _("refunds")
        constraints = [
            *WALL,
            *same_town("attempt"),
            no_delete(),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_of_something"),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "requested_at"],
                condition=Q(state__in=["requested", "sent"]),
                name="refund_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.attempt)


class ReturnFile(TenantModel):
    """A bank's Cuaderno 60 file of what was paid at its counters; the same file is read once."""

    sha256 = models.CharField(max_length=64, editable=False)
    name = models.CharField(_("name of the file"), max_length=120, editable=False)
    read_at = models.DateTimeField(_("read on"), default=timezone.now, editable=False)
    clerk = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("clerk")
    )
    lines = models.PositiveIntegerField(_("payments in it"), default=0, editable=False)
    credited = models.PositiveIntegerField(_("credited now"), default=0, editable=False)
    total_cents = models.PositiveBigIntegerField(_("total in cents"), default=0, editable=False)
    problems = models.JSONField(_("not credited"), default=list, editable=False)  # [{line, reference, reason}]

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("bank's file of payments"), _("bank's files of payments")
        ordering = ["-read_at"]
        constraints = [
            *WALL,
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "sha256"], name="return_file_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CallbackToken(models.Model):
    """Which town a gateway's answer belongs to: the answer has the token and nothing else. Province-wide."""

    token = models.CharField(max_length=43, primary_key=True, db_collation="C")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [append_only()]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **{**kwargs, "force_insert": True})
