"""Which role may do what. A room asks `require(actor, Role.…)`; Django's admin asks `permissions_of(roles)`."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.audit.services import Actor

from .constants import Role

VIEW, EDIT = ("view",), ("view", "add", "change")
ALL = (*EDIT, "delete")

_DELIVERIES = {"notifications.notification": VIEW, "notifications.deliveryattempt": ("view", "add")}
_POWERS = {"representation.power": VIEW}
_FAILURES = {"documents.document": VIEW, "notifications.outboxrow": VIEW}
_MONEY = {"payments.charge": VIEW, "payments.paymentattempt": VIEW, "payments.refund": VIEW}
# role → model → what the stock admin lets it do; a page that is not the stock admin asks `require`
MODEL_RIGHTS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.REGISTRAR: {"registry.entry": VIEW, "registry.annotation": VIEW, **_POWERS, **_DELIVERIES, **_FAILURES},
    Role.HANDLER: {
        "case_files.casefile": VIEW,
        "case_files.task": VIEW,
        "registry.entry": VIEW,
        "payments.returnfile": ("view", "add"),
        **_MONEY,
        **_POWERS,
        **_DELIVERIES,
        **_FAILURES,
    },
    Role.CENSUS_OFFICER: {"census.resident": VIEW, "census.dwelling": VIEW},
    Role.SIGNATORY: {"case_files.casefile": VIEW, "case_files.task": VIEW, **_MONEY},
    Role.TOWN_ADMINISTRATOR: {
        "municipalities.municipality": ("view", "change"),
        "municipalities.unit": EDIT,
        "municipalities.office": ALL,
        "municipalities.openinghours": ALL,
        "municipalities.dayoff": ALL,
        "municipalities.domain": VIEW,
        "municipalities.theme": EDIT,
        "municipalities.moduleadoption": VIEW,
        "identity.membership": EDIT,
        "audit.auditrow": VIEW,
        "territory.street": EDIT,
        "procedures.townprocedure": EDIT,
        "procedures.townlist": ALL,
        "procedures.townlistitem": ALL,
        "procedures.searchmiss": VIEW,
        "payments.tariff": EDIT,
        "payments.tariffband": ALL,
        "payments.tariffreduction": ALL,
        "payments.paymentmethod": EDIT,
        "payments.returnfile": ("view", "add"),
        **_MONEY,
        "appointments.service": EDIT,
        "appointments.desk": EDIT,
        "appointments.deskservice": ALL,
        "appointments.deskhours": ALL,
        "appointments.deskexception": ALL,
        "appointments.rules": EDIT,
        **_FAILURES,
    },
    Role.OPERATOR: {
        "municipalities.municipality": ("view", "change"),
        "municipalities.dayoff": ALL,
        "identity.membership": EDIT,
        "identity.trustedissuer": ("view", "change"),
        "audit.auditrow": VIEW,
        "appointments.rules": EDIT,
        "procedures.procedure": ("view", "change"),
    },
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """The names that Django's admin asks for: `app.action_model`."""
    return frozenset(
        f"{app}.{action}_{name}"
        for role in roles
        for model, actions in MODEL_RIGHTS[Role(role)].items()
        for app, name in [model.split(".")]
        for action in actions
    )


def require(actor: Actor, *roles: Role) -> None:
    """Pass where the clerk holds one of the roles, or any role at all where none is named; else the 403 page."""
    if actor.is_clerk and (not roles or actor.roles.intersection(roles)):
        return
    named = ", ".join(str(role.label) for role in roles)
    raise PermissionDenied(
        _("Your role does not allow this. It takes: %(roles)s. Ask the town's administrator.") % {"roles": named}
        if named
        else _("Only clerks of this town hall may do this.")
    )
