"""A person at a browser: she follows links and presses buttons, and every page she sees is looked over."""

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Error, Locator, Page

from tests.pages import violations
from tests.procedures.walking import PDF

SHOTS = os.environ.get("JOURNEY_SHOTS")  # a folder: a picture of every page is kept there
NUMBER = re.compile(r"\d{4}-E-\d{6}")
REFERENCE = re.compile(r"MUN-\d{4}-\d{6}")
PATIENCE = 30  # seconds for what a worker makes


def _violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds; once more where the page renewed itself meanwhile, as one that waits for its document does."""
    try:
        return violations(page)
    except Error as error:
        if "context was destroyed" not in error.message:
            raise
        page.wait_for_load_state()
        return violations(page)


OTHER = {"eu": "es", "es": "eu"}
PIECES = """[...new Set([...document.querySelectorAll("main *")].map(
    (e) => `${e.tagName}.${e.getAttribute("class")}.${e.getAttribute("name")}`))].sort().join()"""
OTHER_WIDTH = {390: 1280, 1280: 390}


class Visitor:
    """`faults` gathers what is wrong with the pages she has seen; `page` is where she is.

    With `twin` each kind of page is looked at a second time: in the other language, on the other kind of screen.
    `state` signs her in as another visitor's `context.storage_state()` is.
    """

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        language: str,
        width: int,
        name: str,
        twin: bool = False,
        state: Any = None,
    ) -> None:
        self.browser, self.address, self.language, self.name = browser, address, language, name
        self.faults: list[str] = []
        self._seen = 0
        self._known: set[str] = set()
        self.context = browser.new_context(viewport={"width": width, "height": 900}, storage_state=state)
        self.page = self._window()
        self._method = "GET"
        self._twin = self._window() if twin else None
        if self._twin:
            self._twin.set_viewport_size({"width": OTHER_WIDTH[width], "height": 900})

    def _window(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(20000)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("response", self._note_answer)
        return page

    def open(self, path: str) -> None:
        """Type an address below the town's: `Visitor.open("procedures/")`."""
        self.page.goto(f"{self.address}/mundaka/{self.language}/{path}")
        self.look()

    def follow(self, part: str) -> None:
        """Follow the first link in sight whose address holds `part`."""
        self.press(self.page.locator(f'a[href*="{part}"]:visible').first)

    def press(self, what: str | Locator) -> None:
        """Press a button of a form by its selector, and look at the page that comes."""
        target = self.page.locator(what).first if isinstance(what, str) else what
        target.click()
        self.page.wait_for_load_state("load")
        self.look()

    def fill(self, answers: Mapping[str, str | list[str]]) -> None:
        """Input's name → what to write, choose or tick; inputs that the page doesn't show are passed over."""
        for name, value in answers.items():
            for one in self.page.locator(f'main [name="{name}"]').all():
                kind = one.get_attribute("type")
                if kind == "hidden":
                    continue
                if kind in ("radio", "checkbox"):
                    if one.get_attribute("value") in (value if isinstance(value, list) else [value]):
                        one.check(force=True)
                elif one.evaluate("e => e.tagName") == "SELECT":
                    one.select_option(str(value))
                else:
                    one.fill(str(value))

    def attach(self, name: str, file: str = "agiria.pdf") -> None:
        self.page.locator(f'input[type="file"][name="{name}"]').set_input_files(
            {"name": file, "mimeType": "application/pdf", "buffer": PDF}
        )

    def download(self, part: str) -> bytes:
        """The file behind the first link whose address holds `part`."""
        address = self.page.locator(f'a[href*="{part}"]').first.get_attribute("href") or ""
        answer = self.context.request.get(f"{self.address}{address}")
        assert answer.ok, (address, answer.status)
        return answer.body()

    @property
    def words(self) -> str:
        return self.page.locator("main").inner_text()

    def look(self) -> None:
        """Accessible, nothing that scrolls sideways, in the language of the address."""
        self._seen += 1
        self._look_at(self.page, self.language, self.name)
        if self._twin and self._method == "GET" and self._is_new():
            other = OTHER[self.language]
            here = self.page.url.replace(f"/mundaka/{self.language}/", f"/mundaka/{other}/")
            self._twin.goto(here)
            self._look_at(self._twin, other, f"{self.name}-twin")

    def _is_new(self) -> bool:
        """Whether nothing built of the same pieces has been looked at twice already."""
        pieces = self.page.evaluate(PIECES)
        known = pieces in self._known
        self._known.add(pieces)
        return not known

    def _look_at(self, page: Page, language: str, name: str) -> None:
        where = re.sub(r"^https?://[^/]+", "", page.url)
        for fault in _violations(page):
            at = fault["nodes"][0]["target"]
            self.faults.append(f"{where}: {fault['id']} {at}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{where} scrolls sideways")
        if page.evaluate("document.documentElement.lang") != language:
            self.faults.append(f"{where} is not in {language}")
        if SHOTS:
            stem = re.sub(r"[^a-z0-9]+", "-", where.split("?")[0].lower())[-50:]
            page.screenshot(path=Path(SHOTS) / f"{name}-{self._seen:02}{stem}.png", full_page=True)

    def _note_answer(self, response: Any) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._method = request.method
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


class Citizen(Visitor):
    """What she does on the town's site and in her folder."""

    def be(self, email: str) -> None:
        """Sign in by the demonstration's gateway, from the sign-in page where it leads on."""
        self.follow("/demo/")
        self.press(f'button[name="who"][value="{email}"]')

    def choose(self, code: str, words: str) -> None:
        """Look for a procedure, read its page, and come to its door."""
        self.open(f"procedures/?q={words.replace(' ', '+')}")
        self.follow(f"/procedures/{code}")
        self.follow(f"/{code}/start")
        self.press("main form button.btn--start")

    def answer(self, answers: Mapping[str, str | list[str]] | None = None) -> None:
        """One step of the form."""
        self.fill(answers or {})
        self.press("main button.btn[name=go_on]:visible")

    def hand_in(self, name: str, file: str) -> None:
        """Attach a file to the step of the documents, which sends it at once."""
        with self.page.expect_navigation():
            self.attach(name, file)

    def send(self) -> tuple[str, str]:
        """From the answers that she checks to the registry number and the case file's reference."""
        self.press("main form .actions button.btn")
        assert "/done/" in self.page.url, self.words
        number, reference = NUMBER.search(self.words), REFERENCE.search(self.words)
        assert number and reference, self.words
        return number[0], reference[0]

    def notification(self, reference: str) -> bytes:
        """Open what the town hall notifies, once the worker has sealed it; returns its document."""
        link = f'main a.btn[href*="/notifications/"]:has-text("{reference}")'
        self._wait(link)
        self.look()
        self.press(link)
        self.press("main button[name=open]")
        return self.download("/documents/")

    def _wait(self, link: str) -> None:
        for _time in range(PATIENCE * 2):
            self.page.goto(f"{self.address}/mundaka/{self.language}/folder/")
            if self.page.locator(link).count():
                return
            time.sleep(0.5)


class Clerk(Visitor):
    """What she does at her desk."""

    def sign_in(self, email: str, password: str, secret: str) -> None:
        """By e-mail, password, and the code of her second step."""
        self.fill({"login": email, "password": password})
        self.press('main form[action*="login"] button[type="submit"]')
        self.fill({"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
        self.press("main form button[type='submit']")

    def take(self, reference: str) -> None:
        """From the day's work to the case file, whose task is hers now."""
        self.open("admin/")
        self.follow("/admin/case-files/")
        self.fill({"q": reference})
        self.press(".finder button")
        self.page.locator("table.tasks tbody input[type=checkbox]").check()
        self.press("button[name=act][value=take]")
        self.press("button[name=confirm]")
        self.follow(f"/case-files/{reference}/")

    def do(self, answers: Mapping[str, str | list[str]] | None = None, *, refused: bool = False) -> None:
        """The step that the case file stands at, or the one form of the page."""
        self.fill(answers or {})
        self.press("main button.button.default")
        assert bool(self.page.locator(".errsum, .is-error, .errorlist").count()) == refused, self.words
