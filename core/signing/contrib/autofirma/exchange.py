"""The two services that AutoFirma calls, as its own servers answer them: it fetches the document, and brings it back.

No session is looked at: the identifier in the request leads to one attempt of one town, once, for some minutes. What
comes is only kept here; it is looked at when she comes back, in her session (`services.take`).
"""

from typing import Any
from urllib.parse import parse_qs, unquote_plus

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.documents.services import allow, client_of
from core.municipalities.middleware import no_door, reads_body
from core.municipalities.services import DomainError

from .keeping import hand_out, keep
from .protocol import error

MOST_POSTED = 20 * 1024 * 1024  # 10 MB in base64, its signature, its certificate
ASKED_A_MINUTE = 120  # from one address: an office may share one


def _answer(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"  # nothing here goes by a cookie
    return response


def _asked(request: Any) -> dict[str, str] | None:
    """The parameters, of the address or of the body, which AutoFirma may send without saying that it is a form; None
    where there is too much of it."""
    if request.method != "POST":
        return _of_query(request)
    body = request.read(MOST_POSTED + 1)
    if len(body) > MOST_POSTED:
        return None
    pairs = (part.partition("=") for part in body.decode("latin-1").split("&"))
    known = {name: value for name, equals, value in pairs if equals}
    return {name: unquote_plus(value) for name, value in known.items()} or _of_query(request)


def _of_query(request: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.META.get("QUERY_STRING", "")).items()}


def _refusal(asked: dict[str, str], operation: str) -> str:
    """The error of a request that is not whole; empty where it is."""
    if not asked.get("op"):
        return error("ERR-00")
    if not asked.get("v"):
        return error("ERR-20")
    if asked["op"].lower() != operation:
        return error("ERR-01")
    return "" if asked.get("id", "").isalnum() else error("ERR-06" if asked.get("id") else "ERR-05")


@csrf_exempt
@no_door
@reads_body
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retriever(request: Any) -> HttpResponse:
    """`op=get&v=1_0&id=…`: what to sign, ciphered; once."""
    if not allow(f"autofirma:{client_of(request)}", limit=ASKED_A_MINUTE, seconds=60):
        return HttpResponse(status=429)
    asked = _asked(request) or {}
    refusal = _refusal(asked, "get")
    try:
        return _answer(refusal or hand_out(asked["id"]) or f"{error('ERR-06')} ('{asked['id'][:20]}')")
    except DomainError:  # the archive does not answer: she opens AutoFirma again
        return _answer(error("ERR-07"))


@csrf_exempt
@no_door
@reads_body
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def storage(request: Any) -> HttpResponse:
    """`op=put&v=1_0&id=…&dat=…`: what came of it; `#WAIT` while she is at it. OK, or the error's text."""
    if not allow(f"autofirma:{client_of(request)}", limit=ASKED_A_MINUTE, seconds=60):
        return HttpResponse(status=429)
    asked = _asked(request)
    if asked is None:
        return _answer(error("ERR-07"))
    if refusal := _refusal(asked, "put"):
        return _answer(refusal)
    if not asked.get("dat"):
        return _answer(error("ERR-02"))
    try:
        return _answer("OK" if keep(asked["id"], asked["dat"]) else error("ERR-06"))
    except DomainError:
        return _answer(error("ERR-07"))
