"""What identity's audit codes say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.services import register_sentences

from .constants import ProofMethod, Role


def _method(data: dict[str, str]) -> str:
    return str(ProofMethod(data["method"]).label) if data.get("method") in ProofMethod.values else ""


def _role(data: dict[str, str]) -> str:
    return str(Role(data["role"]).label) if data.get("role") in Role.values else ""


register_sentences(
    identity__account_opened=_("%(who)s signed in"),
    identity__signed_in=lambda row: (
        _("%(who)s identified herself or himself: %(how)s") % {"who": row.actor_name, "how": _method(row.data)}
    ),
    identity__account_changed=_("%(who)s changed the account"),
    identity__proved=lambda row: (
        _("The identity of %(person)s was proved: %(how)s") % {"person": row.object_ref, "how": _method(row.data)}
    ),
    identity__merged=_("What was filed before the identity was proved now belongs to %(person)s"),
    identity__identifier_added=_("%(who)s wrote down a new number of %(person)s"),
    identity__person__read=_("%(who)s looked up the identity of %(person)s"),
    identity__desk_code_sent=_("%(who)s sent a code to link an account at the desk"),
    identity__module_adopted=_("%(who)s switched on the module %(what)s"),
    identity__module_given_up=_("%(who)s switched off the module %(what)s"),
    identity__town_changed=_("%(who)s changed the data of the town hall: %(what)s"),
    identity__role_given=lambda row: (
        _("%(who)s gave the role “%(role)s”: %(what)s")
        % {"who": row.actor_name, "role": _role(row.data), "what": row.object_ref}
    ),
    identity__role_ended=lambda row: (
        _("%(who)s ended the role “%(role)s”: %(what)s")
        % {"who": row.actor_name, "role": _role(row.data), "what": row.object_ref}
    ),
)
