"""What the shell of every page needs: the town and its look, from memory; no statement."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from core.municipalities.constants import Kind, Module
from core.municipalities.services import Town

from . import theme

WARNING_SECONDS = 300  # before the session ends
LANGUAGES = (("eu", "Euskara"), ("es", "Castellano"), ("en", "English"))


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool = False
    code: str = ""


def shell(request: Any) -> dict[str, Any]:
    """Of every page, and of the error pages too: it must not touch the session or the database."""
    town: Town | None = getattr(request, "town", None)
    context = {
        "town": town,
        "languages": language_links(request),
        "nav": _navigation(request, town),
        "official_now": timezone.localtime(),
        "session_seconds": settings.SESSION_IDLE_SECONDS,
        "session_warning_seconds": settings.SESSION_IDLE_SECONDS - WARNING_SECONDS,
        "exit_url": settings.EXIT_URL,
        "home_url": reverse("portal:home"),
        "catalogue_url": _catalogue_url(town),
        "appointments_url": appointments_url(town),
        "status_url": reverse("portal:status") if town and Module.CASE_FILES in town.modules else "",
        "verify_url": reverse("portal:verify"),
        "folder_url": reverse("portal:folder"),
        "accessibility_url": reverse("portal:accessibility"),
        "privacy_url": reverse("portal:privacy"),
        "county_url": _county_url(request, town),
    }
    return context | (_face(town) if town else {"site_name": "Bizkaia", "site_kind": "", "hall_name": "Bizkaia"})


def language_links(request: Any) -> list[Link]:
    """The same page in each language; home where the page has no name (an address that does not exist)."""
    match: Any = getattr(request, "resolver_match", None)
    reading = get_language()
    query = f"?{request.GET.urlencode()}" if request.method == "GET" and request.GET else ""
    links = []
    for code, label in LANGUAGES:
        with override(code):
            try:
                url = reverse(match.view_name, args=match.args, kwargs=match.kwargs) + query if match else ""
            except NoReverseMatch:
                url = ""
            links.append(Link(label, url or reverse("portal:home"), code == reading, code))
    return links


def _navigation(request: Any, town: Town | None) -> list[Link]:
    """Only what exists: a module that the town has not taken up has no entry."""
    if town is None or town.municipality.is_county:
        return []
    entries = [
        (gettext("Procedures"), _catalogue_url(town)),
        (gettext("Appointments"), appointments_url(town)),
        (gettext("Offices and opening hours"), reverse("portal:offices")),
    ]
    return [Link(label, url, request.path.startswith(url)) for label, url in entries if url]


def _catalogue_url(town: Town | None) -> str:
    return reverse("portal:catalogue") if town and Module.PROCEDURES in town.modules else ""


def appointments_url(town: Town | None) -> str:
    return reverse("appointments:services") if town and Module.APPOINTMENTS in town.modules else ""


def _face(town: Town) -> dict[str, Any]:
    municipality, version = town.municipality, theme.digest(town.theme)
    kinds = {
        Kind.TOWN: gettext("Town hall"),
        Kind.ASSOCIATION: gettext("Association of town halls"),
        Kind.COUNTY: gettext("Services of its town halls"),
    }
    return {
        "site_name": municipality.name,
        "site_kind": kinds[Kind(municipality.kind)],
        "hall_name": municipality.hall,
        "rosette_name": municipality.name_official,
        "theme_url": reverse("theme", args=[municipality.slug, version]),
        "rosette_url": reverse("rosette", args=[municipality.slug, version]),
        "arms_url": reverse("arms", args=[municipality.slug, version]) if town.theme.arms else "",
        "offices_url": "" if municipality.is_county else reverse("portal:offices"),
    }


def address_in(town: Town, name: str, *args: Any) -> str:
    """The address of a page in another town's site than the reader's."""
    base = f"https://{town.hosts[0]}/" if town.hosts else f"/{town.municipality.slug}/"
    before = get_script_prefix()
    set_script_prefix(base)
    try:
        return reverse(name, args=args)
    finally:
        set_script_prefix(before)


def _county_url(request: Any, town: Town | None) -> str:
    # the page that answers a host we do not know has no town, and may not ask for the host again
    own = town and town.hosts and request.get_host().split(":")[0] in town.hosts
    root = settings.BASE_URL if own else ""
    return f"{root}/{get_language()}/"
