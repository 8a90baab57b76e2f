"""What clerks do in a real browser: many tasks at once, and the steps of a procedure changed and published."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from case_files.models import CaseTask
from case_files.services import assign
from core.identity.constants import Role
from core.municipalities.scope import acting_for
from procedures.models import TownWorkflow
from procedures.services import enable_procedures, forget_definitions, forget_town_procedures
from tests.cast import Cast, make_clerk
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations

from .files import open_task, opened, walk_to

VIEWS = [("eu", 390), ("es", 1280)]
Opened = Callable[[str, int], Page]


class Seen:
    """Looks at a page: a picture where one is wanted, and what shuts somebody out of it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def look(self, page: Page, name: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        if shots := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
        found = violations(page)
        self.faults += [f"{name} at {width}: {one['id']} {[n['target'] for n in one['nodes']][:2]}" for one in found]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{name} scrolls sideways at {width}")


@pytest.fixture
def desk(live_server: LiveServer, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """A page of Mundaka's clerks' site, opened by Miren with her language and her screen."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    session = sign_in(Client(), cast.miren, second_factor=True).cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)

        def open_page(path: str, width: int) -> Page:
            context = browser.new_context(viewport={"width": width, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            page.goto(f"{live_server.url}/mundaka/{path}")
            return page

        yield open_page
        browser.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_many_tasks_at_once(desk: Opened, cast: Cast) -> None:
    seen = Seen()
    with acting_for(cast.mundaka.pk):
        gorka = make_clerk("gorka@mundaka.example", "Gorka Lasa", cast.mundaka, [Role.HANDLER])
    for language, width in VIEWS:
        with acting_for(cast.mundaka.pk):
            files = [opened(cast) for _ in range(4)]
            assign(task=open_task(files[0]), to=gorka, note="Zuretzat", actor=cast.clerk())
            walk_to(files[1], "technical_report", cast.clerk())
        page = desk(f"{language}/admin/case-files/?queue=all", width)
        page.locator("#all").focus()
        page.keyboard.press("Space")
        ticked = page.locator("[name=task]:checked").count()
        assert page.locator(".pick [role=status] b").text_content() == str(ticked) and ticked >= 5
        seen.look(page, "inbox")
        page.locator("[name=act][value=complete]").click()
        assert "Gorka Lasa" in page.locator(".is-left").inner_text()
        seen.look(page, "bulk-plan")
        page.locator("[name=text]").fill("Begiratuta")
        page.locator("[name=confirm]").click()
        page.wait_for_url("**/bulk/*/")
        seen.look(page, "bulk-result")
        page.locator("#content a.button.default").click()
        page.locator("[name=task]").first.check()
        page.locator("[name=act][value=assign]").click()  # to whom?
        seen.look(page, "bulk-whom")
        page.locator("[name=to]").select_option(label="Gorka Lasa")
        page.locator("button.default").click()
        seen.look(page, "bulk-assign")
        with acting_for(cast.mundaka.pk):
            steps = CaseTask.objects.filter(case_file__in=files, state="open").values_list("step", flat=True)
            assert sorted(steps) == [
                "check_docs",
                "fee_settlement",
                "fee_settlement",
                "legal_report",
                "technical_report",
            ]
    assert not seen.faults


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_administrator_makes_the_steps_of_a_procedure_her_towns_own(
    desk: Opened, catalogue: None, cast: Cast
) -> None:
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk)
    seen = Seen()
    for language, width in VIEWS:
        with acting_for(cast.mundaka.pk):
            TownWorkflow.objects.all().delete()
        forget_town_procedures()
        page = desk(f"{language}/admin/workflows/", width)
        seen.look(page, "workflows")
        page.locator("a[href$='/workflows/LICE/']").click()
        seen.look(page, "workflow")
        _change(page, seen)
        with acting_for(cast.mundaka.pk):
            own = TownWorkflow.objects.get().changes
            assert [(one["code"], one["after"]) for one in own["added"]] == [("environment_report", "legal_report")]
    forget_definitions()
    assert not seen.faults


def _change(page: Page, seen: Seen) -> None:
    """Add a step, see it drawn, move it, be refused with one that comes too early, take that one out, publish."""
    added = page.locator("[name=add-step] option[value=environment_report]").text_content() or ""
    drawn = page.locator(".diagram__stop").count()
    _put_in(page, "environment_report", "technical_report")
    assert page.locator(".diagram__stop").count() == drawn + 1
    seen.look(page, "workflow-added")
    page.locator("[name=environment_report-after]").select_option("legal_report")
    page.locator("[name=act][value=save]").click()
    order = page.locator(".designer__steps h2").all_inner_texts()
    legal = page.locator("[name=add-after] option[value=legal_report]").text_content() or ""
    at = [next(at for at, line in enumerate(order) if line.startswith(name)) for name in (legal, added)]
    assert at[1] == at[0] + 1
    _put_in(page, "unit_report", "submit", act="publish")
    assert page.locator("[role=alert] li").count() == 1
    seen.look(page, "workflow-refused")
    page.locator("[name=unit_report-remove]").check()
    page.locator("[name=act][value=publish]").click()
    page.locator(".messagelist .success").wait_for()
    assert not page.locator("[role=alert]").count()
    seen.look(page, "workflow-published")


def _put_in(page: Page, step: str, after: str, act: str = "save") -> None:
    page.locator("[name=add-step]").select_option(step)
    page.locator("[name=add-after]").select_option(after)
    page.locator(f"[name=act][value={act}]").click()
