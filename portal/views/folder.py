"""The citizen's folder: her own rows in every town, and nothing else can be read here (`own_rows_only`)."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from case_files.models import CaseDocument, CaseFile, CaseParty
from case_files.services import (
    awaited_correction,
    history_sentence,
    joinings_of,
    linked,
    my_case_file,
    my_case_files,
    my_events,
    to_do,
)
from core.audit.models import AuditRow
from core.audit.services import explain
from core.municipalities.middleware import own_rows_only
from core.municipalities.services import find_by_slug, find_town
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from core.payments.services import my_charges
from core.signing.services import my_requests
from portal import status
from portal.context import address_in
from procedures.constants import DraftState
from procedures.models import Draft
from town_hall.appointments.models import Booking
from town_hall.appointments.services import my_appointments, token_of

SHOWN = 20


@login_required
def folder(request: Any) -> HttpResponse:
    """What is hers to do first; then what is under way, documents, notifications, and who has read her data."""
    person = request.actor.person_id
    if not person:
        return render(request, "portal/folder_empty.html")
    drafts = Draft.objects.filter(state=DraftState.OPEN).select_related("procedure").order_by("-saved_at")[:SHOWN]
    notifications = Notification.objects.exclude(state=NotificationState.CREATED).order_by("-created_at")[:8]
    charges = my_charges()
    context = {
        "no_crumbs": True,
        "todo": [
            {"thing": thing, "town": status.town_of(thing), "pay_url": _pay_url(thing.municipality_id, thing.charge)}
            | {"sign_url": _sign_url(thing.municipality_id, thing.signing)}
            for thing in to_do(person, charges)
        ],
        "charges": [{"charge": one, "url": _pay_url(one.municipality_id or 0, one.slug)} for one in charges],
        "requests": [status.line(row) for row in my_case_files(person, limit=SHOWN)],
        "drafts": [_draft_line(draft) for draft in drafts],
        "appointments": [_appointment_line(row) for row in my_appointments(person)],
        "documents": CaseDocument.objects.select_related("document").order_by("-added_at")[:8],
        "notifications": notifications,
        "readings": [{"row": row, "words": explain(row)} for row in _readings(person)],
    }
    return render(request, "portal/folder.html", context)


@login_required
def case_file(request: Any, town_slug: str, reference: str) -> HttpResponse:
    """One request: tracker, sentence, what is asked of her, documents, history."""
    row = _her_file(request, town_slug, reference)
    town = status.town_of(row)
    context = status.line(row) | {
        "correction": awaited_correction(row),
        "events": [{"event": event, "words": history_sentence(event)} for event in my_events(row)],
        "documents": CaseDocument.objects.filter(case_file=row).select_related("document").order_by("added_at"),
        "notifications": Notification.objects.filter(municipality=town, reference=reference).exclude(
            state=NotificationState.CREATED
        ),
        "charges": [
            {"charge": one, "url": _pay_url(town.pk, one.slug)}
            for one in my_charges()
            if (one.municipality_id, one.case_reference) == (town.pk, reference)
        ],
        "signings": [
            {"signing": one, "url": _sign_url(town.pk, one.slug)}
            for one in my_requests()
            if (one.municipality_id, one.case_reference) == (town.pk, reference)
        ],
        "joinings": joinings_of(row),
        "parties": CaseParty.objects.filter(case_file=row),
        "related": [{"link": one, "town": status.town_of(one.other)} for one in linked(row, request.actor)],
    }
    return render(request, "portal/case_file.html", context)


def _readings(person: int) -> QuerySet[AuditRow]:
    """The last ones; her own page of them shows all."""
    rows = AuditRow.objects.filter(subject_person_id=person, action__endswith=".read").exclude(actor_person_id=person)
    return rows.select_related("municipality").order_by("-at")[:5]


def _pay_url(town_id: int, slug: str) -> str:
    """A charge is paid in its own town's site; empty for what is no charge."""
    return address_in(find_town(town_id), "payments:pay", slug) if slug else ""


def _sign_url(town_id: int, slug: str) -> str:
    """A document is signed in its own town's site; empty for what is none."""
    return address_in(find_town(town_id), "signing:sign", slug) if slug else ""


def _draft_line(draft: Draft) -> dict[str, Any]:
    """A draft goes on in its own town's site."""
    town = find_town(draft.municipality_id or 0)
    return {"draft": draft, "town": town.municipality, "url": address_in(town, "procedures:resume", draft.slug)}


def _appointment_line(booking: Booking) -> dict[str, Any]:
    """Her secret link in its own town's site: there she moves or cancels it."""
    town = find_town(booking.municipality_id or 0)
    url = address_in(town, "appointments:mine", token_of(booking))
    return {"booking": booking, "town": town.municipality, "url": url}


def _her_file(request: Any, town_slug: str, reference: str) -> CaseFile:
    town = find_by_slug(town_slug)
    row = my_case_file(reference) if town and request.actor.person_id else None
    if row is None or town is None or row.municipality_id != town.municipality.pk:
        raise Http404
    return row


# the door is a mark on the view itself, so it goes outside of what wraps it
folder = own_rows_only(folder)
case_file = own_rows_only(case_file)
