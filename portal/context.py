"""What the shell of every page needs: the town and its look, from memory; no statement."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language, get_language_from_path, gettext, override

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
        "home_url": _address("portal:home"),
        "catalogue_url": _catalogue_url(town),
        "appointments_url": appointments_url(town),
        "status_url": _address("portal:status") if town and Module.CASE_FILES in town.modules else "",
        "verify_url": _address("portal:verify"),
        "folder_url": _address("portal:folder"),
        "accessibility_url": _address("portal:accessibility"),
        "privacy_url": _address("portal:privacy"),
        "county_url": _county_url(request, town),
    }
    return context | (_face(town) if town else {"site_name": "Bizkaia", "site_kind": "", "hall_name": "Bizkaia"})


def language_links(request: Any) -> list[Link]:
    """The same page in each language; home where the page has no name (an address that does not exist)."""
    reading = get_language()
    query = f"?{request.GET.urlencode()}" if request.method == "GET" and request.GET else ""
    links = []
    for code, label in LANGUAGES:
        if getattr(request, "resolver_match", None):
            url = _in_language(request, code) + query
        else:
            with override(code):
                url = _address("portal:home")
        links.append(Link(label, url, code == reading, code))
    return links


def _in_language(request: Any, code: str) -> str:
    """This page's address with the language's segment changed; as it is where it has none."""
    here = get_language_from_path(request.path_info)
    path = f"/{code}{request.path_info.removeprefix(f'/{here}')}" if here else request.path_info
    return escape_uri_path(get_script_prefix().rstrip("/") + path)


def _address(name: str, *args: str) -> str:
    """`reverse` from memory, for the addresses that every page of a town has."""
    return _reversed(get_script_prefix(), get_language(), name, *args)


@lru_cache(maxsize=10_000)  # a dozen in each language of each town, whose prefixes are more than `re` remembers
def _reversed(prefix: str, language: str | None, name: str, *args: str) -> str:
    return reverse(name, args=args)


def _navigation(request: Any, town: Town | None) -> list[Link]:
    """Only what exists: a module that the town has not taken up has no entry."""
    if town is None or town.municipality.is_county:
        return []
    entries = [
        (gettext("Procedures"), _catalogue_url(town)),
        (gettext("Appointments"), appointments_url(town)),
        (gettext("Offices and opening hours"), _address("portal:offices")),
    ]
    return [Link(label, url, request.path.startswith(url)) for label, url in entries if url]


def _catalogue_url(town: Town | None) -> str:
    return _address("portal:catalogue") if town and Module.PROCEDURES in town.modules else ""


def appointments_url(town: Town | None) -> str:
    return _address("appointments:services") if town and Module.APPOINTMENTS in town.modules else ""


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
        "theme_url": _address("theme", municipality.slug, version),
        "rosette_url": _address("rosette", municipality.slug, version),
        "arms_url": _address("arms", municipality.slug, version) if town.theme.arms else "",
        "offices_url": "" if municipality.is_county else _address("portal:offices"),
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
