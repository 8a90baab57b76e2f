"""The registrar's pages inside the clerks' site: day book, entry, desk, label, books."""

import csv
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import uuid4

import segno
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.audit.services import record, record_reading
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.constants import Module
from core.municipalities.services import DomainError, is_adopted
from core.municipalities.services.terms import MADRID, local_today

from .constants import AnnotationKind, BookKind
from .forms import AnnotationForm, DayBookForm, DeskForm
from .models import Book, Entry
from .querysets import find_entries
from .services import annotate, day_roots, hidden_from, masked, register_at_desk, verify_book

PAGE = 50
EXPORT_MAX = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")

View = Callable[..., HttpResponse]


def for_roles(*roles: Role) -> Callable[[View], View]:
    """The page is for clerks with one of the roles, in a town that keeps its registry here."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.town is None or not is_adopted(request.town.municipality.pk, Module.REGISTRY):
                raise Http404
            require(request.actor, *roles)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


READERS = (Role.REGISTRAR, Role.HANDLER)


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"registry/{template}.html", {**admin.site.each_context(request), **context})


def _asked(request: HttpRequest) -> tuple[DayBookForm, Mapping[str, Any]]:
    """The search, this year's entries by default, so that words never read the books of decades."""
    form = DayBookForm(request.GET or None)
    asked = dict(form.cleaned_data) if form.is_valid() else {}
    text = asked.pop("q", "")
    since = asked.pop("since", None) or local_today().replace(month=1, day=1)
    return form, {**asked, "text": text, "since": since}


@for_roles(*READERS)
def day_book(request: Any) -> HttpResponse:
    form, asked = _asked(request)
    if asked["text"]:
        record("registry.searched", actor=request.actor, reason=asked["text"][:300])
    hidden = hidden_from(request.actor)
    page = Paginator(find_entries(**asked, hidden=hidden), PAGE).get_page(request.GET.get("page"))
    page.object_list = [masked(entry, hidden) for entry in page.object_list]
    query = request.GET.copy()
    query.pop("page", None)
    return _page(request, "day_book", title=_("Day book"), form=form, page=page, query=query.urlencode())


@for_roles(Role.REGISTRAR)
def export(request: Any) -> HttpResponse:
    """The same search as a file that a spreadsheet opens."""
    _form, asked = _asked(request)
    record("registry.exported", actor=request.actor, reason=asked["text"][:300] or str(asked["since"]))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="registry.csv"'
    writer = csv.writer(response, delimiter=";")
    head = (_("Number"), _("Date and time"), _("Counts as filed"), _("Subject"), _("Interested party"))
    writer.writerow([*head, _("Identity document"), _("Unit"), _("Case file"), "SHA-256"])
    hidden = hidden_from(request.actor)
    for entry in find_entries(**asked, hidden=hidden)[:EXPORT_MAX]:
        writer.writerow(map(_harmless, _cells(masked(entry, hidden))))
    return response


def _cells(entry: Entry) -> list[str]:
    at, deemed = (m.astimezone(MADRID).isoformat(sep=" ", timespec="seconds") for m in (entry.at, entry.deemed_at))
    party = entry.party
    return [
        entry.reference, at, deemed, entry.summary, party.get("name", ""), party.get("identifier", ""),
        str(entry.unit or ""), entry.case_reference, entry.hash,
    ]  # fmt: skip


def _harmless(cell: str) -> str:
    """What a citizen wrote must not run as a formula in the clerk's spreadsheet."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _entry(pk: int) -> Entry:
    """An entry of the open town; another town's is not found."""
    return get_object_or_404(Entry.objects.select_related("book", "unit", "receipt", "person"), pk=pk)


@for_roles(*READERS)
def entry(request: Any, pk: int) -> HttpResponse:
    found = _entry(pk)
    form = AnnotationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = AnnotationKind(form.cleaned_data["kind"])
        try:
            annotate(entry=found, kind=kind, text=form.cleaned_data["text"], actor=request.actor)
        except DomainError as error:
            if error.field is None:  # nothing in the form can mend it
                raise
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _("The note is beside the entry."))
            return HttpResponseRedirect(reverse("admin:registry_staff:entry", args=[pk]))
    record_reading("registry.entry", actor=request.actor, target=found, subject=found.person_id)
    hidden = hidden_from(request.actor)
    notes = [] if found.case_reference in hidden else list(found.annotations.all())
    annulled = any(note.kind == AnnotationKind.ANNULMENT for note in notes)
    return _page(
        request, "entry", title=found.reference, entry=masked(found, hidden), notes=notes, annulled=annulled, form=form,
        may_annotate=Role.REGISTRAR in request.actor.roles and not annulled,
    )  # fmt: skip


@for_roles(Role.REGISTRAR)
def desk(request: Any, kind: str) -> HttpResponse:
    """Paper in, or paper out: one page, and the label after it."""
    book = BookKind(kind)
    town = request.town.municipality.pk
    form = DeskForm(request.POST or None, request.FILES or None, municipality_id=town, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        scans, key = form.cleaned_data["scans"], str(form.cleaned_data["key"])
        try:
            made = register_at_desk(filing=form.filing(book), scans=scans, key=key, actor=request.actor)
        except DomainError as error:
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _("Entered with number %(number)s.") % {"number": made.reference})
            return HttpResponseRedirect(reverse("admin:registry_staff:entry", args=[made.pk]))
    title = _("Enter a paper") if book == BookKind.ENTRY else _("Enter what leaves")
    return _page(request, "desk", title=title, form=form, book=book)


@for_roles(Role.REGISTRAR)
def label(request: Any, pk: int) -> HttpResponse:
    """What is printed and stuck on the paper: number, time, and a code for the scanner."""
    found = _entry(pk)
    code = segno.make_qr(found.reference, error="m").svg_inline(scale=4, border=2)
    # the picture is made of our own number, not of what anybody wrote
    return _page(request, "label", title=found.reference, entry=found, code=mark_safe(code))


@for_roles(Role.REGISTRAR)
def books(request: Any) -> HttpResponse:
    all_books = Book.objects.order_by("-year", "kind")
    roots = day_roots(request.town.municipality.pk)[:31]
    return _page(request, "books", title=_("Books"), books=all_books, roots=roots)


@require_POST
@for_roles(Role.REGISTRAR)
def verify(request: Any, pk: int) -> HttpResponse:
    """Reads the whole book again, now."""
    book = get_object_or_404(Book, pk=pk)
    flaws = verify_book(book)
    record("registry.verified", actor=request.actor, target=book, reason=str(len(flaws)))
    return _page(request, "verified", title=_("Book %(book)s") % {"book": book}, book=book, flaws=flaws)
