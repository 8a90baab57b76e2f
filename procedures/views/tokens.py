"""What opens a draft of a visitor without account: a cookie of its own, and for how long a browser keeps it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from procedures.models import Draft
from procedures.services.drafts import DAYS_KEPT

COOKIE = "draft-"  # and the slug of the draft that it opens


def cookie_name(slug: str) -> str:
    return f"{COOKIE}{slug}"


def all_of(request: Any) -> dict[str, str]:
    """{slug: token} of the drafts that this browser's cookies open."""
    return {name.removeprefix(COOKIE): token for name, token in request.COOKIES.items() if name.startswith(COOKIE)}


def token_of(request: Any, slug: str) -> str:
    """The draft's own cookie; of a discreet one that was sent, what this browser's session still keeps."""
    name = cookie_name(slug)
    return str(request.COOKIES.get(name) or request.session.get(name, ""))


def give(request: Any, response: HttpResponse, draft: Draft, token: str, *, discreet: bool) -> None:
    """For as long as the draft is kept, or until the browser is closed where the matter is discreet."""
    response.set_cookie(
        cookie_name(draft.slug),
        token,
        max_age=None if discreet else DAYS_KEPT * 24 * 3600,
        path=_path(draft),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(request: Any, response: HttpResponse, draft: Draft) -> None:
    """A discreet draft that was sent leaves no cookie. Its confirmation opens until this browser's session ends."""
    name = cookie_name(draft.slug)
    if token := request.COOKIES.get(name):
        request.session[name] = token
        if not request.user.is_authenticated:
            request.session.set_expiry(0)  # with the browser
        response.delete_cookie(name, path=_path(draft), samesite="Lax")


def _path(draft: Draft) -> str:
    return reverse("procedures:resume", args=[draft.slug]).rsplit("/", 4)[0] + "/"
