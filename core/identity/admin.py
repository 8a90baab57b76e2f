"""Clerks' roles, for the town's administrator; trusted issuers, for the operator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.municipalities.admin import AuditedAdmin, TownAdmin
from core.municipalities.models import Municipality
from core.municipalities.services import DomainError

from .constants import Role
from .models import IssuerCertificate, Membership, TrustedIssuer
from .services import memberships
from .services.towns import OWN_FIELDS, PROVINCE_FIELDS, change_town, may_change_rest


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    email = forms.EmailField(label=_("E-mail of the account"), help_text=_("She or he must have an account here."))
    substitute_for = forms.EmailField(label=_("Stands in for (e-mail)"), required=False)

    class Meta:
        model = Membership
        fields = ("role", "unit", "valid_from", "valid_to")

    def _colleague(self, field: str) -> Any:
        try:
            return memberships.find_colleague(self.cleaned_data[field]) if self.cleaned_data.get(field) else None
        except DomainError as error:
            raise forms.ValidationError(str(error.message)) from error

    def clean_email(self) -> str:
        self.instance.user = self._colleague("email")
        return str(self.cleaned_data["email"])

    def clean_substitute_for(self) -> str:
        self.instance.substitutes = self._colleague("substitute_for")
        return str(self.cleaned_data["substitute_for"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("substitute_for") and not data.get("valid_to"):
            self.add_error("valid_to", _("Say until when she stands in for the other."))
        return data


class EndForm(forms.ModelForm):  # type: ignore[type-arg]
    """Of a role that was given, only its last day changes: what somebody could do, and when, stays true."""

    class Meta:
        model = Membership
        fields = ("valid_to",)


@admin.register(Membership)
class MembershipAdmin(TownAdmin):
    list_display = ("user", "role", "unit", "valid_from", "valid_to", "substitutes")
    list_select_related = ("user", "unit", "substitutes")
    list_filter = ("role",)
    ordering = ("role", "-valid_from")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = EndForm if obj else MembershipForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj:
            return ("user", "role", "unit", "valid_from", "substitutes", "valid_to")
        return ("email", "role", "unit", "valid_from", "valid_to", "substitute_for")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "role", "unit", "valid_from", "substitutes") if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """The operator's role is not on a town's list."""
        if db_field.name == "role" and Role.OPERATOR not in request.actor.roles:
            kwargs["choices"] = [choice for choice in Role.choices if choice[0] != Role.OPERATOR]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Membership, form: Any, change: bool) -> None:
        if change:
            last_day = obj.valid_to or timezone.localdate()
            held = Membership.objects.get(pk=obj.pk)
            memberships.end_role(held, last_day=last_day, actor=request.actor)
            return
        given = memberships.give_role(
            user=obj.user,
            role=Role(obj.role),
            unit=obj.unit,
            valid_from=obj.valid_from,
            valid_to=obj.valid_to,
            substitutes=obj.substitutes,
            actor=request.actor,
        )
        obj.pk, obj.municipality_id = given.pk, given.municipality_id

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """The service has recorded it."""

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """The service has recorded it."""


@admin.register(Municipality)
class MunicipalityAdmin(AuditedAdmin):
    """A town's administrator sees her own town and changes what is hers to say; the operator, the rest of all."""

    list_display = ("name_official", "ine_code", "dir3", "population")
    fields = (*OWN_FIELDS, *PROVINCE_FIELDS)

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)
        return rows if may_change_rest(request.actor) else rows.filter(pk=request.actor.municipality_id)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return () if may_change_rest(request.actor) else PROVINCE_FIELDS

    def has_add_permission(self, request: Any) -> bool:
        return False

    def save_model(self, request: Any, obj: Municipality, form: Any, change: bool) -> None:
        change_town(obj, changes={name: form.cleaned_data[name] for name in form.changed_data}, actor=request.actor)

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """The service has recorded it."""


class IssuerCertificateInline(admin.TabularInline):  # type: ignore[type-arg]
    model = IssuerCertificate
    fields = readonly_fields = ("subject", "not_after", "sha256")
    extra = 0

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return Role.OPERATOR in request.actor.roles

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(TrustedIssuer)
class TrustedIssuerAdmin(AuditedAdmin):
    """The authorities' certificates themselves come in by `manage.py load_issuer`."""

    list_display = ("name", "cards", "enabled")
    fields = ("name", "cards", "subject_pattern", "enabled")
    readonly_fields = ("subject_pattern",)
    inlines = (IssuerCertificateInline,)
