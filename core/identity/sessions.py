"""The session engine: a session brings its account along, so that a signed-in page needs one statement for both."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.municipalities.rows import columns, take

from .models import Person, Session, User

# the session, and outer joined its account and her person
OPENED = f"""
SELECT {columns(Session, "s")}, {columns(User, "u")}, {columns(Person, "p")} FROM {Session._meta.db_table} s
LEFT JOIN {User._meta.db_table} u ON u.id = s.user_id LEFT JOIN {Person._meta.db_table} p ON p.id = u.person_id
WHERE s.session_key = %s AND s.expire_date > %s
"""


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
        with connection.cursor() as cursor:
            cursor.execute(OPENED, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None  # as Django's does: what is kept from now on is another session
            return None
        values = iter(found)
        row, self.account, person = take(Session, values), take(User, values), take(Person, values)
        if self.account:
            self.account.person = person
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
