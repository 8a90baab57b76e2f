"""The session engine: a session brings its account along, so that a signed-in page needs one statement for both."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.crypto import constant_time_compare

from .models import Session, User


class SessionStore(DatabaseStore):
    """Django's own, on our table; `account` is the row that came with the session, checked by nobody yet."""

    account: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.account = row.user if row else None
        return row


def account_of(session: Any) -> User | None:
    """Who is signed in, where the session's own row says so beyond doubt; else None, and Django's way decides.

    The checks are those of `django.contrib.auth.get_user`: the account, its backend, active, and the same password.
    """
    user_id, account = session.get(SESSION_KEY), getattr(session, "account", None)
    if account is None or str(account.pk) != user_id or not account.is_active:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    same_password = constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())
    return account if same_password else None
