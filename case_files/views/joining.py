"""What somebody who was named as a co-applicant sees and answers. The link opens nothing by itself: her own proved
number does."""

from copy import copy
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from case_files.constants import JoinState
from case_files.history import in_reader_language
from case_files.models import Joining
from case_files.rights import get_joining_for
from case_files.services import joining as services
from case_files.services.base import applicant_of
from core.audit.services import Actor
from core.documents.services import file_response
from core.municipalities.middleware import no_door
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, find_town
from registry.services import number_of


class JoinForm(forms.Form):
    """`sha256` is of what the page showed; she joins that and nothing else."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    agrees = forms.BooleanField(
        label=gettext_lazy("I have read what was filed, and I ask for it together with whoever filed it"),
        error_messages={"required": gettext_lazy("Tick that you have read it and ask for it too.")},
    )


def hers(view: Any) -> Any:
    """Whoever has not proved who she is does that first, whether or not there is anything behind the address."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, joining_slug: str, **more: Any) -> Any:
        if not request.actor.proved:
            return HttpResponseRedirect(_identify(request))
        found = get_joining_for(request.actor, joining_slug)
        # a copy is the actor itself, no longer lazy
        actor = replace(copy(request.actor), municipality_id=found.municipality_id)
        with acting_for(found.municipality_id or 0):
            found = Joining.objects.select_related("case_file").get(pk=found.pk)
            return view(request, found, actor, **more)

    return no_door(guarded)


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def joining(request: Any, found: Joining, actor: Actor) -> HttpResponse:
    """Who asks, what was filed, until when; two buttons."""
    case_file = found.case_file
    if not services.is_open(found, case_file):
        return _page(request, found, town_slug=find_town(found.municipality_id or 0).municipality.slug)
    filed = services.what_was_filed(found)
    form = JoinForm(request.POST or None, initial={"sha256": filed.sha256})
    if request.method == "POST" and ("refuse" in request.POST or form.is_valid()):
        try:
            return _answer(request, found, form, actor)
        except DomainError as error:
            if error.code == "level":
                messages.warning(request, str(error.message))
                return HttpResponseRedirect(_identify(request))
            form.add_error(None, str(error.message))
    services.note_seen(found, actor=actor)
    return _page(request, found, filed=filed, number=number_of(filed.entry), lines=_lines(filed), form=form)


def _answer(request: Any, found: Joining, form: JoinForm, actor: Actor) -> HttpResponse:
    if "refuse" in request.POST:
        services.refuse(joining=found, actor=actor)
        messages.success(request, _("Noted: you do not apply. You will not be told of this request any more."))
    else:
        entry = services.join(joining=found, sha256=form.cleaned_data["sha256"], actor=actor)
        messages.success(request, _("You have joined, with registry number %(number)s.") % {"number": number_of(entry)})
    return redirect("case_files:joining", joining_slug=found.slug)


@hers
def paper(request: Any, found: Joining, actor: Actor, joining_csv: str) -> FileResponse:
    """One of the papers that came with it, while she may still answer."""
    version = None
    if services.is_open(found, found.case_file):
        version = services.paper_of(found, joining_csv, actor=actor)
    if version is None:
        raise Http404
    return file_response(version)


def _page(request: Any, found: Joining, **more: Any) -> HttpResponse:
    case_file = found.case_file
    title = in_reader_language({"eu": case_file.title_eu, "es": case_file.title_es, "en": case_file.title_en})
    context = {
        "joining": found,
        "joined": found.state == JoinState.JOINED,
        "case_file": case_file,
        "file_title": title,
        "file_town": find_town(found.municipality_id or 0).municipality,
        "first": applicant_of(case_file) if "filed" in more else None,
        **more,
    }
    return render(request, "case_files/joining.html", context)


def _lines(filed: services.Filed) -> list[tuple[str, str]]:
    return [(in_reader_language(line["label"]), _said(line["value"])) for line in filed.lines]


def _said(value: Any) -> str:
    return in_reader_language(value) if isinstance(value, dict) else str(value)


def _identify(request: Any) -> str:
    return f"{reverse('identity:choose')}?{urlencode({'next': request.path})}"
