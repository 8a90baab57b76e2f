"""A citizen's own file: she reads it through `reading_own`, and writes inside its town's door only for the verb."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from case_files import services
from case_files.citizen_forms import AnswerForm, WithdrawForm, WriteForm, answers_in
from case_files.history import in_reader_language
from case_files.models import CaseFile
from case_files.rights import get_case_file_for
from case_files.uploading import kept
from core.audit.services import Actor
from core.municipalities.middleware import own_rows_only
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, find_by_slug
from registry.services import number_of

Verb = Callable[[CaseFile, Actor], Any]


@login_required
def write(request: Any, town_slug: str, reference: str) -> HttpResponse:
    """She writes to whoever deals with it; with documents it is a filing, with its number."""
    file = own_file(request, town_slug, reference)
    form = WriteForm(request.POST or None, request.FILES or None)

    def send(own: CaseFile, actor: Actor) -> Any:
        uploads, key = kept(form.cleaned_data["attachments"], own, actor), f"message:{form.cleaned_data['key']}"
        return services.message_from_citizen(
            case_file=own, text=form.cleaned_data["text"], uploads=uploads, key=key, actor=actor
        )

    return _answer(request, town_slug, file, form, send, "write", _("Sent, with registry number %(number)s."))


@login_required
def answer(request: Any, town_slug: str, reference: str) -> HttpResponse:
    """She delivers what the town hall asked for; the page of the file holds the same form, and sends it here."""
    file = own_file(request, town_slug, reference)
    correction = services.awaited_correction(file)
    if correction is None:
        messages.info(request, _("Nothing is being waited for in this case file."))
        return HttpResponseRedirect(_page_of(file, town_slug))
    form = AnswerForm(correction, request.POST or None, request.FILES or None)

    def deliver(own: CaseFile, actor: Actor) -> Any:
        data, key = form.cleaned_data, f"correction:{form.cleaned_data['key']}"
        uploads = kept(data["attachments"], own, actor)
        return services.receive_correction(
            case_file=own, data=answers_in(data), documents=uploads, key=key, actor=actor
        )

    done = _("We have received your answer, with registry number %(number)s. The receipt is among the documents.")
    return _answer(request, town_slug, file, form, deliver, "answer", done)


@login_required
def withdraw(request: Any, town_slug: str, reference: str) -> HttpResponse:
    """She withdraws her request, after saying that she means it."""
    file = own_file(request, town_slug, reference)
    form = WithdrawForm(request.POST or None)

    def take_back(own: CaseFile, actor: Actor) -> Any:
        key = f"withdrawal:{form.cleaned_data['key']}"
        return services.withdraw(case_file=own, reason=form.cleaned_data["reason"], key=key, actor=actor)

    done = _("Withdrawn, with registry number %(number)s.")
    return _answer(request, town_slug, file, form, take_back, "withdraw", done)


def own_file(request: Any, town_slug: str, reference: str) -> CaseFile:
    """Her file, read through her own door; Http404 for anybody else's."""
    town = find_by_slug(town_slug)
    if town is None or not request.actor.person_id:
        raise Http404("no such case file")
    file = CaseFile.objects.filter(municipality_id=town.municipality.pk, reference=reference).first()
    if file is None:
        raise Http404("no such case file")
    return file


def _answer(request: Any, town_slug: str, file: CaseFile, form: Any, verb: Verb, page: str, done: str) -> HttpResponse:
    """The form, or on POST the verb: in its own transaction's savepoint, so that a refusal undoes all of it."""
    if request.method == "POST" and form.is_valid():
        # a copy is the actor itself, no longer lazy
        actor = replace(copy(request.actor), municipality_id=file.municipality_id)
        try:
            with acting_for(file.municipality_id or 0):
                entry = verb(get_case_file_for(actor, file.reference), actor)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            messages.success(request, done % {"number": number_of(entry)} if entry else _("Your message is sent."))
            return HttpResponseRedirect(_page_of(file, town_slug))
    title = in_reader_language({"eu": file.title_eu, "es": file.title_es, "en": file.title_en})
    context = {"case_file": file, "file_title": title, "form": form, "folder_page": _page_of(file, town_slug)}
    if page == "withdraw":
        context["visits"] = services.visits_of(file)
    return render(request, f"case_files/citizen_{page}.html", context)


def _page_of(file: CaseFile, town_slug: str) -> str:
    return reverse("portal:case_file", args=[town_slug, file.reference])


# the door is a mark on the view itself, so it goes outside of what wraps it
write, answer, withdraw = own_rows_only(write), own_rows_only(answer), own_rows_only(withdraw)
