"""Accounts and their provisional persons."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.models import Person, User
from core.municipalities.services import DomainError

LANGUAGES = ("eu", "es", "en")


def give_provisional_person(user: User) -> None:
    """An unsaved account gets its person: nothing is known about her yet, and nothing is proved."""
    user.person = Person.objects.create()


@transaction.atomic
def change_account(user: User, *, name: str, language: str, actor: Actor) -> User:
    """The owner says how she wants to be called and in which language; a proved name stays the proved one."""
    if actor.user_id != user.pk:
        raise DomainError(_("Only its owner changes an account."))
    if not (user.person and user.person.is_proved):
        user.name = name.strip()[:150]
    user.language = language if language in LANGUAGES else user.language
    user.save(update_fields=["name", "language"])
    record("identity.account_changed", actor=actor, target=user, subject=user.person_id, municipality_id=None)
    return user
