"""The census desk: who lives where and since when. Looking takes a reason, and leaves a row in the audit."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from case_files.constants import TaskState
from case_files.models import CaseFile, CaseTask
from case_files.rights import get_case_file_for
from core.audit.services import record, record_reading
from core.identity.constants import IdentifierKind
from core.identity.services import find_person

from .constants import IdentifierType
from .forms import MoveForm, SearchForm, SlipForm
from .models import MoveConfirmation, Resident
from .rights import get_dwelling_for, get_resident_for, require_officer
from .services import history_of, home_of, household_of, search_residents
from .services.moving import FiledMove, confirm_move, read_move
from .services.slips import issue_slip

REASON = "census_reason"
STEP = "census_update"


def page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    return render(request, f"census/{template}.html", admin.site.each_context(request) | {"title": title} | context)


def _reason(request: Any) -> str:
    """Why this clerk looks, said in this session and in this town."""
    said = request.session.get(REASON) or {}
    return str(said.get("text", "")) if said.get("town") == request.actor.municipality_id else ""


def _ask_reason(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Say first why you look at these data."))
    return redirect("admin:census_staff:search")


def note_reading(request: Any, resident: Resident, reason: str) -> None:
    record_reading("census", actor=request.actor, target=resident, subject=_person_of(resident), reason=reason)


def _person_of(resident: Resident) -> int | None:
    """The person whose data these are, so that she can see who looked; none where she has never come."""
    kinds = {IdentifierType.DNI: IdentifierKind.NIF, IdentifierType.RESIDENCE_CARD: IdentifierKind.NIE}
    kind = kinds.get(IdentifierType(resident.identifier_type))
    if resident.person_id or kind is None:
        return resident.person_id
    person = find_person(kind, resident.identifier)
    return person.pk if person else None


def search(request: Any) -> HttpResponse:
    """Asked by POST: nobody's name or number stands in an address or a log."""
    require_officer(request.actor)
    form = SearchForm(request.POST or None, initial={"reason": _reason(request)})
    found = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        request.session[REASON] = {"text": reason, "town": request.actor.municipality_id}
        found = search_residents(form.cleaned_data["text"])
        record("census.searched", actor=request.actor, reason=reason, data={"found": len(found)})
    return page(request, "search", _("Census"), form=form, found=found)


def resident(request: Any, resident_id: int) -> HttpResponse:
    shown = get_resident_for(request.actor, resident_id)
    if not (reason := _reason(request)):
        return _ask_reason(request)
    note_reading(request, shown, reason)
    addresses, movements = history_of(shown)
    return page(
        request,
        "resident",
        str(shown),
        resident=shown,
        home=home_of(shown),
        addresses=addresses,
        movements=movements,
        form=SlipForm(),
        reason=reason,
    )


def dwelling(request: Any, dwelling_id: int) -> HttpResponse:
    shown = get_dwelling_for(request.actor, dwelling_id)
    if not (reason := _reason(request)):
        return _ask_reason(request)
    household = household_of(shown)
    for row in household:
        note_reading(request, row.resident, reason)
    return page(request, "dwelling", str(shown), dwelling=shown, household=household, reason=reason)


@require_POST
def slip(request: Any, resident_id: int) -> HttpResponse:
    shown = get_resident_for(request.actor, resident_id)
    form = SlipForm(request.POST)
    if form.is_valid():
        document = issue_slip(resident=shown, actor=request.actor, **form.cleaned_data)
        messages.success(request, _("The slip is being made. Its code is %(csv)s.") % {"csv": document.csv})
    return redirect("admin:census_staff:resident", resident_id=resident_id)


def match(request: Any, reference: str) -> HttpResponse:
    """A filed move that the census cannot read by itself: the clerk says where, and who."""
    case_file = get_case_file_for(request.actor, reference)
    require_officer(request.actor)
    filed = read_move(case_file)
    form = _move_form(request, filed)
    if request.method == "POST" and form.is_valid():
        _settle(request, case_file, form)
        messages.success(request, _("Settled: the census follows it."))
        return redirect(request.path)
    for neighbour in form.fields["residents"].queryset:  # type: ignore[attr-defined]
        if request.method == "GET":
            note_reading(request, neighbour, reference)
    settled = MoveConfirmation.objects.filter(case_reference=reference).select_related("dwelling__street").first()
    title = _("Address and people of the move")
    return page(request, "match", title, case_file=case_file, filed=filed, form=form, settled=settled)


def _move_form(request: Any, filed: FiledMove) -> MoveForm:
    home = home_of(filed.applicant) if filed.applicant else None
    neighbours = [row.resident_id for row in household_of(home.dwelling)] if home else []
    initial = {
        "dwelling": filed.address.dwelling,
        "street": filed.address.streets[0] if filed.address.streets else None,
        "residents": filed.people.found,
        "on": filed.on,
    }
    return MoveForm(
        request.POST or None, initial=initial, near=[one.pk for one in filed.address.near], neighbours=neighbours
    )


def _settle(request: Any, case_file: CaseFile, form: MoveForm) -> None:
    task = CaseTask.objects.filter(case_file=case_file, step=STEP, state=TaskState.OPEN).select_related("case_file")
    confirm_move(
        case_file=case_file,
        dwelling=form.home(request.actor),
        residents=list(form.cleaned_data["residents"]),
        on=form.cleaned_data["on"],
        task=task.first(),
        actor=request.actor,
    )
