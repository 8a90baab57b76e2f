"""One town, one live portal and one browser for all the journeys; each looks at a case file of its own."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from biscaytik.launcher.stack import Stack
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from procedures.services import enable_procedures, forget_definitions, forget_town_procedures
from tests import cast
from tests.census.people import ane, dwelling
from tests.journeys.visitor import Citizen, Clerk, Visitor
from tests.live import open_stack
from tests.pages import CHROMIUM

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PROCEDURES = ["PAD-003", "PAD-006", "REG-001", "URB-002"]


@pytest.fixture(scope="package")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[cast.Cast]:
    """Mundaka with its procedures on line and two of the demonstration's people living there; emptied at the end."""
    with django_db_blocker.unblock():
        forget_towns()
        forget_definitions()
        forget_town_procedures()
        people = cast.build()
        call_command("load_catalogue", stdout=StringIO())
        with acting_for(people.mundaka.pk):
            enable_procedures(people.mundaka.pk, PROCEDURES)
            ane(identifier="10000001S")
            ane(dwelling("7"), given_name="Iker", surname1="Vega", surname2="Salazar", identifier="10000003V")
            dwelling("12", floor="3", door="ESK")
        TOTP.activate(people.miren, SECRET)
        # the live web does not know the hash of the tests
        people.miren.password = make_password("pw", hasher=PBKDF2PasswordHasher())
        people.miren.save(update_fields=["password"])
        yield people
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)


@pytest.fixture(scope="package")
def portal(town: cast.Cast, collected: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web and worker, with the demonstration's people at the door."""
    folder = tmp_path_factory.mktemp("portal")
    with open_stack(folder, collected, parts=("web", "worker"), IDENTITY_GATEWAYS="demo") as stack:
        yield stack


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()
        connections.close_all()  # within Playwright's loop Django keeps connections of its own


@pytest.fixture
def visitors() -> Iterator[list[Visitor]]:
    """Whoever comes to the portal in a test; at its end no page that they saw may have had a fault."""
    came: list[Visitor] = []
    yield came
    faults = [f"{one.name}: {fault}" for one in came for fault in one.faults]
    for one in came:
        one.context.close()
    assert not faults


@pytest.fixture
def citizen(portal: Stack, chromium: Browser, visitors: list[Visitor]) -> Callable[..., Citizen]:
    """`citizen(language="es", width=1280, name="slip")`: somebody of the town, not yet signed in; `like` signed in as
    another."""

    def come(
        *, language: str = "eu", width: int = 390, name: str, twin: bool = False, like: Citizen | None = None
    ) -> Citizen:
        state = like.context.storage_state() if like else None
        one = Citizen(chromium, portal.address, language=language, width=width, name=name, twin=twin, state=state)
        visitors.append(one)
        return one

    return come


@pytest.fixture(scope="package")
def signed_in(town: cast.Cast, portal: Stack, chromium: Browser) -> Iterator[Clerk]:
    """Miren at her desk: a code of her second step is taken once only, so she comes in once for all the journeys."""
    miren = Clerk(chromium, portal.address, language="es", width=1280, name="clerk-door")
    miren.open("admin/")
    miren.sign_in(town.miren.email, "pw", SECRET)
    assert not miren.faults
    yield miren
    miren.context.close()


@pytest.fixture
def clerk(signed_in: Clerk, visitors: list[Visitor]) -> Callable[..., Clerk]:
    """`clerk(name="slip")`: Miren in a window of her own."""

    def come(*, language: str = "es", width: int = 1280, name: str, twin: bool = False) -> Clerk:
        one = Clerk(
            signed_in.browser,
            signed_in.address,
            language=language,
            width=width,
            name=name,
            twin=twin,
            state=signed_in.context.storage_state(),
        )
        visitors.append(one)
        return one

    return come
