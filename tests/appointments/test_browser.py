"""The pages of the appointments in a real browser: no axe violation, nothing that scrolls sideways, by keyboard."""

import os
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.documents.limits import forget
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations
from town_hall.appointments.models import Booking, Desk, Service
from town_hall.appointments.services import Slot, block, cancel, token_of

from .desks import at, booked, make_desk, make_office, make_service, next_monday


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    forget()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield started
        started.close()


def furnish(cast: Cast) -> tuple[Service, Desk, Booking, Booking]:
    with acting_for(cast.mundaka.pk):
        service = make_service(
            bring_eu="NANa, AIZa edo pasaportea", bring_es="DNI, NIE o pasaporte", procedure_codes="REG-001"
        )
        make_service(name_eu="Zergak", name_es="Tributos", position=1)
        desk = make_desk(make_office(), service, closes="14:00")
        make_desk(make_office("Kultur etxea"), service)
        mine = booked(cast, service, desk)
        gone = booked(cast, service, desk, "10:00", email="jon@example.eus", name="Jon Aldana Goiri", language="es")
        cancel(booking=gone, actor=cast.clerk())
        who = {"email": "", "phone": "600000000", "name": "Itziar Lekue Ibarra", "note": "Gurpil-aulkia"}
        booked(cast, service, desk, "10:00", actor=cast.clerk(), **who)
        start, end = at(next_monday(), "12:00"), at(next_monday(), "13:00")
        block(desk=desk, starts_at=start, ends_at=end, reason="Bilera", actor=cast.clerk())
    return service, desk, mine, gone


def look(page: Page, name: str, width: int) -> list[str]:
    if shots := os.environ.get("SCREENSHOTS"):
        page.screenshot(
            path=f"{shots}/{name.strip('/').replace('/', '_').replace('?', '_')}-{width}.png", full_page=True
        )
    found = violations(page)
    faults = [f"{name} at {width}: {fault['id']} {[n['target'] for n in fault['nodes']][:2]}" for fault in found]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append(f"{name} scrolls sideways at {width}")
    return faults


def walk(browser: Browser, server: LiveServer, paths: list[str], width: int, session: str = "") -> list[str]:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page, faults = context.new_page(), []
    for path in paths:
        answer = page.goto(server.url + path)
        if not answer or answer.status != 200:
            faults.append(f"{path}: {answer and answer.status}")
            continue
        faults += look(page, path, width)
    context.close()
    return faults


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_citizen_is_shut_out(live_server: LiveServer, cast: Cast, browser: Browser) -> None:
    service, desk, mine, gone = furnish(cast)
    times, day = f"{service.pk}/{desk.office_id}/", f"?day={next_monday():%Y-%m-%d}"
    secret = f"mine/{token_of(mine)}/"
    pages = [
        "", f"{service.pk}/", times, times + day, f"{times}?day=2020-01-01",
        f"{times}{Slot(at(next_monday(), '09:30')).stamp}/", secret, f"{secret}cancel/", f"{secret}move/",
        f"{secret}move/{day}", f"mine/{token_of(gone)}/",
    ]  # fmt: skip
    paths = [f"/mundaka/{language}/appointments/{page}" for language in ("eu", "es") for page in pages]
    paths += ["/mundaka/eu/", "/mundaka/en/appointments/"]
    assert not [fault for width in (1280, 390, 320) for fault in walk(browser, live_server, paths, width)]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_clerk_is_shut_out(live_server: LiveServer, cast: Cast, browser: Browser) -> None:
    service, desk, mine, _gone = furnish(cast)
    day = f"?day={next_monday():%Y-%m-%d}"
    desk_pages = [day, f"{day}&desk={desk.pk}", "", f"new/{day}&service={service.pk}", f"block/{day}", f"{mine.pk}/"]
    pages = [f"appointments-desk/{page}" for page in desk_pages]
    paths = [f"/mundaka/{language}/admin/{page}" for language in ("eu", "es") for page in pages]
    session = sign_in(Client(), cast.miren, second_factor=True).cookies["sessionid"].value
    assert not [fault for width in (1280, 390) for fault in walk(browser, live_server, paths, width, session)]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_by_keyboard_and_without_javascript_also_when_the_hour_goes(
    live_server: LiveServer, cast: Cast, browser: Browser
) -> None:
    service, desk, _mine, _gone = furnish(cast)
    context = browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    stamp = Slot(at(next_monday(), "09:30")).stamp
    page.goto(f"{live_server.url}/mundaka/es/appointments/{service.pk}/{desk.office_id}/{stamp}/")
    page.locator("#id_name").focus()
    for text in ("Iker Sarasola", "iker@example.eus"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    with acting_for(cast.mundaka.pk):
        booked(cast, service, desk, "09:30", email="quick@example.eus")
    page.locator("#id_name").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Esa hora ya no está libre")
    assert page.locator("#id_name").input_value() == "Iker Sarasola"
    page.locator("input[type=radio][name=slot]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Tu cita está reservada")
    page.get_by_text("Anular la cita").click()
    page.get_by_text("Sí, anularla").click()
    page.wait_for_selector("text=Tu cita está anulada")
    context.close()
