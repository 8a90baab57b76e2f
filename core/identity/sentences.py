"""What identity's audit codes say to a reader."""

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

from .constants import ProofMethod, Role


def _method(data: dict[str, str]) -> str:
    return str(ProofMethod(data["method"]).label) if data.get("method") in ProofMethod.values else ""


def _role(data: dict[str, str]) -> str:
    return str(Role(data["role"]).label) if data.get("role") in Role.values else ""


register_sentences(
    identity__account_opened=lambda row: _("%(who)s signed in") % {"who": row.actor_name},
    identity__signed_in=lambda row: (
        _("%(who)s identified herself or himself: %(how)s") % {"who": row.actor_name, "how": _method(row.data)}
    ),
    identity__account_changed=lambda row: _("%(who)s changed the account") % {"who": row.actor_name},
    identity__proved=lambda row: (
        _("The identity of %(person)s was proved: %(how)s") % {"person": row.object_ref, "how": _method(row.data)}
    ),
    identity__merged=lambda row: (
        _("What was filed before the identity was proved now belongs to %(person)s") % {"person": row.object_ref}
    ),
    identity__identifier_added=lambda row: (
        _("%(who)s wrote down a new number of %(person)s") % {"who": row.actor_name, "person": row.object_ref}
    ),
    identity__person__read=lambda row: (
        _("%(who)s looked up the identity of %(person)s") % {"who": row.actor_name, "person": row.object_ref}
    ),
    identity__desk_code_sent=lambda row: (
        _("%(who)s sent a code to link an account at the desk") % {"who": row.actor_name}
    ),
    identity__module_adopted=lambda row: (
        _("%(who)s switched on the module %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    identity__module_given_up=lambda row: (
        _("%(who)s switched off the module %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    identity__town_changed=lambda row: (
        _("%(who)s changed the data of the town hall: %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    identity__role_given=lambda row: (
        _("%(who)s gave the role “%(role)s”: %(what)s")
        % {"who": row.actor_name, "role": _role(row.data), "what": row.object_ref}
    ),
    identity__role_ended=lambda row: (
        _("%(who)s ended the role “%(role)s”: %(what)s")
        % {"who": row.actor_name, "role": _role(row.data), "what": row.object_ref}
    ),
)
