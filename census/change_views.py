"""What a file asks the census to change, on one page of the desk: what was filed, what is in doubt, and the change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from case_files.constants import TaskState
from case_files.models import CaseTask
from case_files.rights import get_case_file_for
from core.municipalities.services import DomainError, number_asked

from .change_forms import FORMS, ArrivalForm, DataForm, PersonForm, WhoForm, with_code, work_of
from .rights import require_officer
from .services.changing import READERS, STEP, FiledChange, settle
from .services.moving import was_told
from .views import note_reading, page

MOST = 12  # people of one arrival


def change(request: Any, reference: str) -> HttpResponse:
    """Before the file comes to its census step, and after the change, there is nothing to send."""
    case_file = get_case_file_for(request.actor, reference)
    require_officer(request.actor)
    if case_file.procedure_code not in READERS:
        raise Http404
    filed = READERS[case_file.procedure_code](case_file)
    now = CaseTask.objects.filter(case_file=case_file, step=STEP, state=TaskState.OPEN).exists()
    main, persons = _forms(request, case_file.procedure_code, filed)
    if request.method == "POST" and now and all([main.is_valid(), *(one.is_valid() for one in persons)]):
        try:
            settle(case_file=case_file, work=work_of(main, persons), actor=request.actor)
        except DomainError as refusal:
            main.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The census has changed."))
            return redirect("admin:case_files_staff:file", reference)
    if request.method == "GET":
        for one in {*filed.residents, *filed.neighbours}:
            note_reading(request, one, reference)
    return page(
        request,
        "change",
        _("Change of the census"),
        case_file=case_file,
        filed=filed,
        main=main,
        persons=persons,
        now=now,
        told=was_told(case_file),
        lines=case_file.form.get("lines", []),
        language="es" if request.LANGUAGE_CODE == "es" else "eu",
    )


def _forms(request: Any, code: str, filed: FiledChange) -> tuple[forms.Form, list[PersonForm]]:
    kind, person = FORMS[code]
    more: dict[str, Any] = {"filed": filed} if issubclass(kind, WhoForm) else {"near": [one.pk for one in filed.near]}
    main = kind(request.POST or None, initial=dict(filed.initial), **more)
    if person is None:
        return main, []
    people: list[Any] = [with_code(one) for one in filed.people]
    if issubclass(person, DataForm):
        people = [with_code({**vars(filed.residents[0]), **filed.initial}) if filed.residents else {}]
    asked = number_asked(request.POST.get("people", ""))
    count = min(max(len(people) if asked is None else asked, 1), MOST) if kind is ArrivalForm else 1
    people += [{}] * (count - len(people))
    persons = [
        person(request.POST or None, prefix=f"p{position}", initial=one) for position, one in enumerate(people[:count])
    ]
    return main, persons
