"""Clerks set up their second factor inside a town's address, and are asked for it at each sign-in."""

import re
import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from core.identity.models import User
from tests.cast import Cast

ACCOUNT, ADMIN = "/mundaka/en/account/", "/mundaka/en/admin/"


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> str:
    """Walk through allauth's pages, the password asked again included; the secret of the app."""
    cache.clear()  # no code has been used in this half minute
    start = client.get(f"{ACCOUNT}2fa/totp/activate/", follow=True)
    assert start.redirect_chain[0][0].startswith(f"{ACCOUNT}reauthenticate/")
    page = client.post(start.redirect_chain[0][0], {"password": "pw"}, follow=True)
    secret = re.search(r"[A-Z2-7]{32}", page.content.decode())
    assert secret, page.content
    answer = client.post(f"{ACCOUNT}2fa/totp/activate/", {"code": code(secret[0])})
    assert answer["Location"] == f"{ACCOUNT}2fa/recovery-codes/"
    return secret[0]


def sign_in(user: User, answer: str = "") -> Client:
    client = Client()
    stage = client.post(f"{ACCOUNT}login/?next={ADMIN}", {"login": user.email, "password": "pw"})
    assert stage["Location"].startswith(f"{ACCOUNT}2fa/authenticate/")
    if answer:
        assert client.post(stage["Location"], {"code": answer})["Location"] == ADMIN
    return client


def test_a_clerk_without_a_second_factor_is_led_to_set_it_up_and_then_comes_in(
    cast: Cast, browser: Callable[..., Client]
) -> None:
    miren = browser(cast.miren)
    page = miren.get(ADMIN, follow=True)
    assert f"{ACCOUNT}2fa/totp/activate/" in page.content.decode()
    secret = set_up(miren)
    assert miren.get(ADMIN).status_code == 302  # set up, but not passed in this session yet
    led = miren.get(ADMIN, follow=True).redirect_chain[-1][0]
    assert led.startswith(f"{ACCOUNT}2fa/reauthenticate/")
    cache.clear()
    assert miren.post(led, {"code": code(secret)})["Location"] == ADMIN
    assert miren.get(ADMIN).status_code == 200


def test_the_password_alone_no_longer_opens_the_account(cast: Cast, browser: Callable[..., Client]) -> None:
    secret = set_up(browser(cast.miren))
    assert sign_in(cast.miren).get(ACCOUNT).status_code == 302
    cache.clear()
    assert sign_in(cast.miren, code(secret)).get(ADMIN).status_code == 200


def test_a_recovery_code_opens_once(cast: Cast, browser: Callable[..., Client]) -> None:
    miren = browser(cast.miren)
    set_up(miren)
    codes = Authenticator.objects.get(user=cast.miren, type="recovery_codes").wrap().get_unused_codes()
    assert codes[0] in miren.get(f"{ACCOUNT}2fa/recovery-codes/").content.decode()
    assert sign_in(cast.miren, codes[0]).get(ADMIN).status_code == 200
    again = sign_in(cast.miren)
    again.post(f"{ACCOUNT}2fa/authenticate/", {"code": codes[0]})
    assert again.get(ADMIN).status_code == 302


def test_whoever_is_no_clerk_here_is_told_so(cast: Cast, browser: Callable[..., Client]) -> None:
    page = browser(cast.ane, second_factor=True).get(ADMIN, follow=True)
    assert page.status_code == 403
    assert "not a clerk of this town hall" in page.content.decode()
    assert Client().get(ADMIN, follow=True).redirect_chain[-1][0] == f"{ACCOUNT}login/?next=%2Fmundaka%2Fen%2Fadmin%2F"
