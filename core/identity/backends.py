"""Signing in, and what a clerk may do in Django's admin: it follows from her roles in the open town."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from .models import User
from .rights import permissions_of


class RoleBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """The account with its person, in one statement."""
        try:
            user = User.objects.select_related("person").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Those of the roles that `actor_of` found for this request; none where nobody acts as a clerk."""
        acting = getattr(user_obj, "acting", None)
        return set(permissions_of(acting.roles)) if acting else set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_active and perm in self.get_all_permissions(user_obj)
