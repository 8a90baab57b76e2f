"""What a town's site looks like, as files that a browser keeps for ever: colours, rosette, coat of arms."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from core.municipalities.middleware import no_door
from core.municipalities.services import Town, find_by_slug, rosette_svg
from portal.theme import css, digest

FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=60"


@no_door
def theme(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    town = _town(slug)
    return _kept(HttpResponse(css(town.theme), content_type="text/css"), town, version)


@no_door
def rosette(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """The rosette in the town's colours: favicon, lists of towns, seal of a document."""
    town = _town(slug)
    svg = rosette_svg(town.municipality.name_official, first=town.theme.brand, second=town.theme.accent)
    return _kept(HttpResponse(svg, content_type="image/svg+xml"), town, version)


@no_door
def arms(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    town = _town(slug)
    if not town.theme.arms:
        raise Http404
    response = _kept(HttpResponse(town.theme.arms, content_type="image/svg+xml"), town, version)
    # An uploaded drawing: shown as an image it runs nothing, and opened by itself it may not either.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _town(slug: str) -> Town:
    town = find_by_slug(slug)
    if town is None:
        raise Http404
    return town


def _kept(response: HttpResponse, town: Any, version: str) -> HttpResponse:
    response["Cache-Control"] = FOR_EVER if version == digest(town.theme) else BRIEFLY
    return response
