"""What a town changes of its own site."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.models import Theme
from core.municipalities.services import DomainError, forget_towns

from . import contrast
from .theme import colours_of


@transaction.atomic(savepoint=False)
def keep_look(*, theme: Theme, actor: Actor) -> Theme:
    """Save the open town's colours, picture and arms; DomainError where something could not be read on them."""
    require(actor, Role.TOWN_ADMINISTRATOR)
    if contrast.problems(colours_of(theme)):
        raise DomainError(_("With these colours something can't be read."), code="contrast")
    theme.municipality_id = actor.municipality_id
    theme.save()
    record("portal.look_changed", actor=actor, target=theme)
    transaction.on_commit(forget_towns)
    return theme
