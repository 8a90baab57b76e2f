"""A person at a browser: she follows links and presses buttons, and every page she sees is looked over."""

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

CHROMIUM = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("JOURNEY_SHOTS")  # a folder: a picture of every page is kept there


class Visitor:
    """`faults` gathers what is wrong with the pages she has seen; `page` is where she is."""

    def __init__(self, browser: Browser, address: str, *, language: str, width: int, name: str) -> None:
        self.address, self.language, self.name = address, language, name
        self.context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._note_answer)
        self.faults: list[str] = []
        self._seen = 0

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
            found = self.page.locator(f'main [name="{name}"]')
            for one in found.all():
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

    def attach(self, name: str, content: bytes) -> None:
        self.page.locator(f'input[type="file"][name="{name}"]').set_input_files(
            {"name": "agiria.pdf", "mimeType": "application/pdf", "buffer": content}
        )

    def download(self, part: str) -> bytes:
        """The file behind the first link whose address holds `part`."""
        address = self.page.locator(f'a[href*="{part}"]').first.get_attribute("href") or ""
        answer = self.context.request.get(f"{self.address}{address}")
        assert answer.ok, (address, answer.status)
        return answer.body()

    def be(self, email: str) -> None:
        """Sign in by the demonstration's gateway, from the sign-in page where it leads on."""
        self.follow("/demo/")
        self.press(f'button[name="who"][value="{email}"]')

    def sign_in(self, email: str, password: str, secret: str) -> None:
        """A clerk's way: e-mail, password, and the code of her second step."""
        self.fill({"login": email, "password": password})
        self.press('main form[action*="login"] button[type="submit"]')
        self.fill({"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
        self.press("main form button[type='submit']")

    @property
    def words(self) -> str:
        return self.page.locator("main").inner_text()

    def look(self) -> None:
        """Accessible, nothing that scrolls sideways, in the language of the address."""
        self._seen += 1
        where = re.sub(r"^https?://[^/]+", "", self.page.url)
        for fault in Axe().run(self.page, options={"runOnly": RULES}).response["violations"]:
            at = fault["nodes"][0]["target"]
            self.faults.append(f"{where}: {fault['id']} {at}")
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{where} scrolls sideways")
        if self.page.evaluate("document.documentElement.lang") != self.language:
            self.faults.append(f"{where} is not in {self.language}")
        if SHOTS:
            stem = re.sub(r"[^a-z0-9]+", "-", where.split("?")[0].lower())[-50:]
            self.page.screenshot(path=Path(SHOTS) / f"{self.name}-{self._seen:02}{stem}.png", full_page=True)

    def _note_answer(self, response: object) -> None:
        status, url = response.status, response.url  # type: ignore[attr-defined]
        if status >= 400:
            self.faults.append(f"{status}: {url}")
