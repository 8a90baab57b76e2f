"""Paying: choose how, go to the bank, come back and read what is known. Works without JavaScript."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.documents.models import DocumentVersion
from core.documents.services import allow, open_blob
from core.municipalities.middleware import no_door
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError

from . import services
from .constants import AttemptState, ChargeState, GatewayCode
from .contrib.demo.gateway import refuse_production, sign
from .models import Charge, PaymentAttempt
from .rights import get_charge_for

NOTIFIED_A_MINUTE = 60  # to one address: a bank sends one, and some more while it is not answered
ANSWERS = (AttemptState.PAID, AttemptState.REFUSED, AttemptState.ABANDONED)


def _charge(request: Any, slug: str) -> Charge | HttpResponse:
    """Hers; whoever is not signed in may just have lost her session, and comes back here."""
    try:
        return get_charge_for(request.actor, slug)
    except Http404:
        if request.actor.user_id or request.town is None:
            raise
        return redirect_to_login(request.get_full_path())


@no_door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: Any, charge_slug: str) -> HttpResponse:
    """What is owed and the ways to pay it; POST begins one of them."""
    charge = _charge(request, charge_slug)
    if isinstance(charge, HttpResponse):
        return charge
    if request.method == "POST":
        return _begin(request, charge)
    return _page(request, charge)


def _page(request: Any, charge: Charge) -> HttpResponse:
    with acting_for(charge.municipality_id or 0):
        methods = services.methods_for(charge)
        attempts = list(PaymentAttempt.objects.filter(charge=charge))
        slips = [one for one in attempts if one.gateway == GatewayCode.BANK_SLIP and one.document_id]
        slip = slips[-1] if slips else None
        context = {
            "charge": charge,
            "methods": [{"code": method.gateway, "gateway": gateway} for method, gateway in methods],
            "slip": slip if slip and charge.state == ChargeState.DUE else None,
            "is_slip_ready": bool(slip and _version(slip.document_id)),
            "waiting": any(one.state == AttemptState.UNKNOWN for one in attempts) and charge.state == ChargeState.DUE,
            "doubted": next((one for one in attempts if one.state == AttemptState.DOUBTFUL), None),
            "last": attempts[-1] if attempts else None,
            "is_receipt_ready": bool(_version(charge.receipt_id)),
        }
        making = charge.receipt_id and not context["is_receipt_ready"]
        context["is_waiting"] = bool(making or (context["slip"] and not context["is_slip_ready"]) or context["waiting"])
        return render(request, "payments/pay.html", context)


def _begin(request: Any, charge: Charge) -> HttpResponse:
    back = request.build_absolute_uri(reverse("payments:back", args=[charge.slug]))
    addresses = services.Addresses(f"{back}?bank=ok", f"{back}?bank=ko", services.notify_address("TOKEN"))
    try:
        begun = services.begin_payment(
            charge=charge,
            gateway=request.POST.get("way", ""),
            addresses=addresses,
            language=get_language() or "eu",
            actor=request.actor,
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("payments:pay", charge_slug=charge.slug)
    if not begun.handover.url:
        return redirect("payments:pay", charge_slug=charge.slug)
    if begun.handover.url.startswith("/"):
        return redirect(begun.handover.url)
    context = {"charge": charge, "handover": begun.handover}
    response = render(request, "payments/handover.html", context)
    # this one page's form goes to the bank
    response._csp_update = {"form-action": [begun.handover.origin]}  # type: ignore[attr-defined]
    return response


@no_door
@never_cache
@require_GET
def back(request: Any, charge_slug: str) -> HttpResponse:
    """From the bank. Nothing in the address is believed: the page says what the bank itself has told us."""
    charge = _charge(request, charge_slug)
    if isinstance(charge, HttpResponse):
        return charge
    if "bank" in request.GET:
        services.note_return(charge=charge, succeeded=request.GET["bank"] == "ok")
        return redirect("payments:back", charge_slug=charge.slug)
    return _page(request, charge)


@no_door
@require_GET
def slip(request: Any, charge_slug: str) -> HttpResponse | FileResponse:
    """The slip to be paid at a bank."""
    charge = _charge(request, charge_slug)
    if isinstance(charge, HttpResponse):
        return charge
    with acting_for(charge.municipality_id or 0):
        attempts = PaymentAttempt.objects.filter(charge=charge, gateway=GatewayCode.BANK_SLIP)
        return _paper(attempts.exclude(document=None).order_by("created_at").values_list("document", flat=True).last())


@no_door
@require_GET
def receipt(request: Any, charge_slug: str) -> HttpResponse | FileResponse:
    """The proof that it is paid."""
    charge = _charge(request, charge_slug)
    if isinstance(charge, HttpResponse):
        return charge
    with acting_for(charge.municipality_id or 0):
        return _paper(charge.receipt_id)


def _version(document_id: int | None) -> DocumentVersion | None:
    if document_id is None:
        return None
    return DocumentVersion.objects.filter(document=document_id).order_by("-number").first()


def _paper(document_id: int | None) -> FileResponse:
    version = _version(document_id)
    if version is None:
        raise Http404  # not made yet, or never
    response = FileResponse(open_blob(version), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, version.file_name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@csrf_exempt
@no_door
@never_cache
@require_POST
def notify(request: Any, token: str) -> HttpResponse:
    """Server to server, from a gateway: the token says which town; what it says is verified before it is believed."""
    if not allow(f"payments:{token}", limit=NOTIFIED_A_MINUTE, seconds=60):
        return HttpResponse(status=429)
    believed = services.take_notification(token=token, data=request.POST.dict())
    return HttpResponse("OK" if believed else "NO", status=200 if believed else 400, content_type="text/plain")


@no_door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo_bank(request: Any, charge_slug: str) -> HttpResponse:
    """The demonstration's bank: choose what it answers. It notifies as a real one does, then sends her back."""
    if GatewayCode.DEMO not in settings.PAYMENT_GATEWAYS:
        raise Http404
    refuse_production()
    charge = _charge(request, charge_slug)
    if isinstance(charge, HttpResponse):
        return charge
    with acting_for(charge.municipality_id or 0):
        attempt = PaymentAttempt.objects.filter(charge=charge, gateway=GatewayCode.DEMO, state=AttemptState.SENT).last()
    if attempt is None:
        raise Http404
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        answer = request.POST["answer"]
        data = {"order": attempt.order, "answer": answer, "signature": sign(attempt, answer)}
        services.take_notification(token=attempt.token, data=data)
        return redirect("payments:back", charge_slug=charge.slug)
    return render(request, "payments/demo_bank.html", {"charge": charge, "attempt": attempt})
