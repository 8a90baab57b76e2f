"""Browsers that have signed in, as fixtures for every room."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from core.audit.constants import Level
from core.identity.middleware import SEEN
from core.identity.models import User
from tests.cast import Cast


def sign_in(client: Client, user: User, *, level: Level = Level.ACCOUNT, second_factor: bool = False) -> Client:
    """Put `user` into the browser's session as the sign-in pages do, without walking through them."""
    client.force_login(user, "core.identity.backends.RoleBackend")
    session = client.session
    methods = ["password", *(["mfa"] if second_factor else [])]
    session["account_authentication_methods"] = [{"method": method, "at": time.time()} for method in methods]
    session["account_authentication_methods_user"] = str(user.pk)
    session[SEEN] = int(time.time())
    session["identity_level"] = int(level)
    session.save()
    return client


@pytest.fixture
def browser() -> Callable[..., Client]:
    """`browser(user, level=…, second_factor=…)`: a new browser of its own, signed in as `user`."""

    def open_browser(user: User, **how: object) -> Client:
        return sign_in(Client(), user, **how)  # type: ignore[arg-type]

    return open_browser


@pytest.fixture
def clerk_client(cast: Cast) -> Client:
    """Miren, clerk of Mundaka with every role, past her second factor: works at /mundaka/<lang>/admin/."""
    return sign_in(Client(), cast.miren, second_factor=True)


@pytest.fixture
def citizen_client(cast: Cast) -> Client:
    """Ane, signed in with her certificate."""
    return sign_in(Client(), cast.ane, level=Level.CERTIFICATE)
