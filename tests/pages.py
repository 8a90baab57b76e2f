"""Pages in a real browser: what it is started with, and what shuts somebody out of a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CHROMIUM = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# describing what is right, and fetching style sheets for rules that are not among these, takes half of axe's time
_OPTIONS = {"runOnly": _RULES, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong with the page as it stands."""
    return list(Axe().run(page, options=_OPTIONS).response["violations"])
