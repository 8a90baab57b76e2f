"""The desk for money: tariffs, ways to pay, what is owed and what came of it, the banks' files."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.municipalities.admin import TownAdmin
from core.municipalities.scope import current
from core.municipalities.services import DomainError

from . import services
from .constants import SETTLED_ATTEMPTS
from .gateways import find_gateway, lacking
from .models import Charge, PaymentAttempt, PaymentMethod, Refund, ReturnFile, Tariff, TariffBand, TariffReduction


class _TariffPart(admin.TabularInline):  # type: ignore[type-arg]
    extra = 1

    def _own(self, obj: Any) -> bool:
        return obj is None or obj.municipality_id is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._own(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._own(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._own(obj) and super().has_delete_permission(request, obj)


class BandInline(_TariffPart):
    model = TariffBand
    fields = ("choice", "at_least", "below", "amount", "position")


class ReductionInline(_TariffPart):
    model = TariffReduction
    fields = ("field", "value", "percent", "reason_eu", "reason_es")


@admin.register(Tariff)
class TariffAdmin(TownAdmin):
    """The town's own, and the province's usual ones to read and to copy."""

    list_display = ("procedure_code", "kind", "amount", "formula", "valid_from", "valid_to", "whose")
    list_filter = ("kind", ("municipality", admin.EmptyFieldListFilter))
    search_fields = ("procedure_code",)
    fields = (
        *("procedure_code", "kind", "amount", "formula", "choice_input", "number_input", "minimum", "maximum"),
        *("ordinance_eu", "ordinance_es", "valid_from", "valid_to"),
    )
    inlines = (BandInline, ReductionInline)
    actions = ("copy_to_the_town",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        visible = Q(municipality=current().municipality) | Q(municipality=None)
        return Tariff.objects.filter(visible).order_by("procedure_code", "-municipality", "-valid_from")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is None or obj.municipality_id is not None
        return own and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was charged once stays explained: a tariff ends, it is not deleted."""
        return False

    @admin.display(description=_("whose it is"))
    def whose(self, obj: Tariff) -> Any:
        return _("the town's own") if obj.municipality_id else _("the province's")

    @admin.action(description=_("Copy to the town, from today"), permissions=["add"])
    def copy_to_the_town(self, request: Any, queryset: QuerySet[Tariff]) -> None:
        for tariff in queryset.filter(municipality=None):
            try:
                services.copy_tariff(tariff=tariff, actor=request.actor)
            except DomainError as error:
                messages.error(request, f"{tariff.procedure_code}: {error.message}")

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.forget_tariffs()


class MethodForm(forms.ModelForm):  # type: ignore[type-arg]
    """The secret is typed and never shown again."""

    secret = forms.CharField(
        label=_("secret key"),
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("Of the gateway. It is kept sealed and never shown; empty leaves the one that there is."),
    )

    class Meta:
        model = PaymentMethod
        fields = (
            *("gateway", "enabled", "live", "merchant", "terminal", "signature", "secret"),
            *("issuer", "suffix", "position"),
        )

    def clean_gateway(self) -> str:
        code = str(self.cleaned_data["gateway"])
        try:
            find_gateway(code)
        except DomainError as error:
            raise ValidationError(_("This installation does not have this way to pay.")) from error
        return code


@admin.register(PaymentMethod)
class PaymentMethodAdmin(TownAdmin):
    form = MethodForm
    list_display = ("gateway", "enabled", "live", "what_is_missing", "notifications")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return MethodForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("gateway",) if obj else ()

    @admin.display(description=_("still missing"))
    def what_is_missing(self, obj: PaymentMethod) -> str:
        try:
            names = lacking(obj)
        except DomainError as error:
            return str(error.message)
        labels = {name: str(MethodForm.base_fields[name].label) for name in names}
        return ", ".join(labels.values())

    @admin.display(description=_("address for notifications"))
    def notifications(self, obj: PaymentMethod) -> str:
        """Of a gateway that wants one address for all payments; the others are told with each one."""
        return services.notify_address(obj.token) if obj.gateway == "mipago" else ""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.municipality_id = current().municipality
        services.keep_method(method=obj, secret=form.cleaned_data.get("secret", ""), actor=request.actor)


class _Money(TownAdmin):
    """A page to read, whose buttons are the room's verbs."""

    show_full_result_count = False

    @admin.display(description=_("amount"))
    def amount(self, obj: Charge | PaymentAttempt | Refund) -> str:
        return services.euros(obj.amount_cents)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @staticmethod
    def each(request: Any, rows: Iterable[Any], verb: Callable[[Any], object]) -> None:
        """Do it to each row; what a rule refuses is said with the row's own name."""
        for row in rows:
            try:
                verb(row)
            except DomainError as error:
                messages.error(request, f"{row}: {error.message}")


@admin.register(Charge)
class ChargeAdmin(_Money):
    list_display = ("case_reference", "concept_es", "payer_name", "amount", "state", "due_on", "paid_at")
    fields = (
        *("case_reference", "concept_eu", "concept_es", "payer_name", "payer_identifier", "amount", "state"),
        *("due_on", "created_at", "paid_at"),
    )
    list_filter = ("state",)
    search_fields = ("case_reference__startswith",)
    ordering = ("-created_at",)
    actions = ("cancel", "refund")

    @admin.action(description=_("Cancel: nothing is owed any more"), permissions=["view"])
    def cancel(self, request: Any, queryset: QuerySet[Charge]) -> None:
        why = str(_("Cancelled at the desk"))
        self.each(request, queryset, lambda one: services.cancel(charge=one, reason=why, actor=request.actor))

    @admin.action(description=_("Refund all that was paid"), permissions=["view"])
    def refund(self, request: Any, queryset: QuerySet[Charge]) -> None:
        attempts = PaymentAttempt.objects.filter(charge__in=queryset, state__in=SETTLED_ATTEMPTS)
        rows, why = attempts.select_related("charge"), str(_("Refunded at the desk"))
        self.each(request, rows, lambda one: services.refund(attempt=one, reason=why, actor=request.actor))


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(_Money):
    fields = list_display = ("charge", "gateway", "order", "amount", "state", "code", "authorisation", "created_at")
    list_filter = ("state", "gateway")
    list_select_related = ("charge",)
    search_fields = ("order__startswith",)
    ordering = ("-created_at",)


@admin.register(Refund)
class RefundAdmin(_Money):
    fields = list_display = ("attempt", "amount", "reason", "state", "requested_at", "closed_at", "code")
    list_display_links = None
    list_filter = ("state",)
    list_select_related = ("attempt",)
    ordering = ("-requested_at",)
    actions = ("mark_done", "mark_refused")

    @admin.action(description=_("The money has gone back"), permissions=["view"])
    def mark_done(self, request: Any, queryset: QuerySet[Refund]) -> None:
        self._close(request, queryset, done=True)

    @admin.action(description=_("The money has not gone back"), permissions=["view"])
    def mark_refused(self, request: Any, queryset: QuerySet[Refund]) -> None:
        self._close(request, queryset, done=False)

    def _close(self, request: Any, queryset: QuerySet[Refund], *, done: bool) -> None:
        rows = queryset.select_related("attempt__charge")
        self.each(request, rows, lambda one: services.close_by_hand(refund=one, done=done, actor=request.actor))


class ReturnFileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The verb reads the file while the form is checked, so that its refusals appear at the field."""

    actor: Any = None
    file = forms.FileField(label=_("file"), help_text=_("The bank's Cuaderno 60 file of payments."))

    class Meta:
        model = ReturnFile
        fields = ("file",)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        try:
            self.instance = services.take_return_file(content=upload.read(), name=upload.name, actor=self.actor)
        except DomainError as error:
            raise ValidationError(str(error.message)) from error
        return upload


@admin.register(ReturnFile)
class ReturnFileAdmin(TownAdmin):
    list_display = ("name", "read_at", "clerk", "lines", "credited", "total", "problems")
    list_display_links = None
    list_select_related = ("clerk",)
    form = ReturnFileForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("file",)

    @admin.display(description=_("total"))
    def total(self, obj: ReturnFile) -> str:
        return services.euros(obj.total_cents)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, form=ReturnFileForm, **kwargs)
        return type("ReturnFileFormOfClerk", (form,), {"actor": request.actor})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form has had the verb do it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
