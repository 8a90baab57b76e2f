"""The desk on which forms are made: pages and questions, a preview beside them, publication, the province's changes."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.municipalities.constants import Module
from core.municipalities.services import DomainError, number_asked
from procedures import services
from procedures.catalogue import FormField, in_language
from procedures.definitions import schema
from procedures.definitions.checking import check
from procedures.definitions.differences import Change, Definition, Question, diff
from procedures.forms.building import page_form
from procedures.forms.making import QuestionForm
from procedures.forms.telling import TYPES, told, told_condition
from procedures.models import Procedure, TownList, TownProcedure
from procedures.services.forming import Standing, definition_in, require_editor
from procedures.steps import town_options

SHOWN = {"eu": "Euskara", "es": "Castellano", "en": "English"}


def _page(request: Any, template: str, **context: Any) -> HttpResponse:
    return render(request, f"procedures/desk/{template}.html", admin.site.each_context(request) | context)


def _standing(request: Any, code: str) -> Standing:
    try:
        return services.look(code, actor=request.actor)
    except DomainError:
        raise Http404("no such procedure here") from None


def _done(request: Any, call: Callable[[], object]) -> bool:
    """Whether the verb was done; where it refused, nothing of it stays and she is told why."""
    try:
        with transaction.atomic():
            call()
    except DomainError as error:
        messages.error(request, str(error.message))
        return False
    return True


@require_safe
def forms(request: Any) -> HttpResponse:
    """Every form of the town, or of the province, with what is being done about it."""
    is_province = require_editor(request.actor)
    town = request.town.municipality.pk
    if not is_province and Module.PROCEDURES not in request.town.modules:
        raise Http404("procedures are not in use here")
    procedures = Procedure.objects.select_related("form_version").order_by("code")
    offers = {}
    if not is_province:
        rows = TownProcedure.objects.filter(municipality=town).select_related("town_form")
        offers = {row.procedure_id: row.town_form for row in rows}
        procedures = procedures.filter(pk__in=offers)
    query = request.GET.get("q", "").strip()
    if query:
        procedures = procedures.filter(code__in=[*services.rank(query), query.upper()])
    sketches = services.sketched(town)
    listed = []
    for procedure in procedures:
        own, version = offers.get(procedure.pk), procedure.form_version
        listed.append(
            {
                "procedure": procedure,
                "own": own,
                "is_newer": bool(own and own.base_id != procedure.form_version_id),
                "is_sketched": procedure.pk in sketches,
                "version": version,
            }
        )
    listed.sort(key=lambda row: (not row["is_newer"], not row["is_sketched"], row["own"] is None))
    title = _("Forms of the province") if is_province else _("Forms")
    return _page(request, "forms", title=title, rows=listed, query=query, is_province=is_province)


@require_safe
def form(request: Any, code: str) -> HttpResponse:
    """The pages and questions of one form, and how it will look."""
    standing = _standing(request, code)
    definition = standing.definition
    changed = {change["field"] for change in standing.own_changes}
    options = _options(request, definition)
    pages: dict[int, list[dict[str, Any]]] = {}
    for question in definition["fields"]:
        pages.setdefault(question["page"], []).append(_row(standing, question, changed, options))
    language = request.GET.get("in", "")
    return _page(
        request,
        "form",
        title=str(standing.procedure),
        standing=standing,
        pages=list(pages.items()),
        hidden=standing.hidden,
        problems=check(definition) if standing.sketch else [],
        count=len(standing.changes),
        preview=_preview(
            definition["fields"], options, language if language in SHOWN else (get_language() or "eu")[:2]
        ),
        shown=SHOWN.items(),
    )


def _row(standing: Standing, question: Question, changed: set[str], options: Any) -> dict[str, Any]:
    name = question["name"]
    provinces = standing.is_provinces(name)
    return {
        "name": name,
        "label": in_language(question["labels"]),
        "type": TYPES[question["type"]],
        "required": question["required"],
        "locked": question.get("locked"),
        "condition": told_condition(question["condition"], standing.definition, options),
        "is_own": not standing.is_province and not provinces,
        "is_changed": provinces and name in changed,
        "can_go": not question.get("locked") and not (provinces and question["required"]),
    }


def _options(request: Any, definition: Definition) -> dict[str, list[tuple[str, str]]]:
    wanted = [FormField(**question) for question in definition["fields"]]
    return dict(town_options(request.town.municipality.pk, wanted))


def _preview(fields: list[Question], options: Any, *languages: str) -> str:
    """How people will see the questions, page by page, once for each language."""
    shown = []
    for language in languages:
        with override(language):
            pages: dict[int, list[FormField]] = {}
            for question in fields:
                pages.setdefault(question["page"], []).append(FormField(**question))
            made = [(page, page_form(some, town_options=options)) for page, some in pages.items()]
            for _number, one in made:
                one.auto_id = one.waiting.auto_id = f"preview_{language}_%s"
            context = {
                "language": language,
                "name": SHOWN[language],
                "pages": [(page, list(one.questions())) for page, one in made],
            }
            shown.append(render_to_string("procedures/desk/preview.html", context))
    return format_html_join("", "{}", ((one,) for one in shown))


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Any, code: str, name: str = "") -> HttpResponse:
    """One question: written on the left, seen on the right before anything is kept."""
    standing = _standing(request, code)
    found = standing.question(name) if name else None
    if name and found is None:
        raise Http404("no such question")
    fields = standing.definition["fields"]
    page, options = number_asked(request.GET.get("page", "")), _options(request, standing.definition)
    rows = TownList.objects.filter(municipality=request.town.municipality.pk)
    lists = {one.code: one.name for one in rows} | ({found["town_list"]: found["town_list"]} if found else {})
    lists.pop("", None)
    written = QuestionForm(
        request.POST if request.method == "POST" else None,
        found=found,
        page=max((one["page"] for one in fields), default=1) if page is None else page,
        others=fields,
        town_lists=list(lists.items()),
        town_options=options,
        can_lock=standing.is_province,
    )
    right = written.is_bound and written.is_valid()
    if right and "preview" not in request.POST:
        save = {"code": code, "name": name, "question": written.question(), "actor": request.actor}
        if _done(request, lambda: services.save_question(**save)):
            messages.success(request, _("Kept. Nobody is asked it until you publish the form."))
        return redirect("admin:procedures_staff:form", code=code)
    seen = written.question() if written.is_bound else found
    preview = _preview([seen | {"page": 1}], _options(request, {"fields": [seen]}), "eu", "es") if seen else ""
    return _page(
        request,
        "question",
        title=in_language(found["labels"]) if found else _("New question"),
        standing=standing,
        form=written,
        kind=TYPES[written.kind],
        is_chosen=hasattr(written.fields.get("town_list"), "choices"),
        is_provinces=bool(found and standing.is_provinces(name)),
        preview=preview,
    )


@require_POST
def arrange(request: Any, code: str) -> HttpResponse:
    """Move, leave out or restore a question; the page comes back at it."""
    how, _space, name = request.POST.get("how", "").partition(" ")
    if how not in ("up", "down", "remove", "restore"):
        raise Http404("no such way")
    _standing(request, code)
    _done(request, lambda: services.arrange(code=code, name=name, how=how, actor=request.actor))
    back = redirect("admin:procedures_staff:form", code=code)
    back["Location"] += f"#row-{name}"
    return back


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Any, code: str) -> HttpResponse:
    """What will change, and the button."""
    standing = _standing(request, code)
    if request.method == "POST":
        if _done(request, lambda: services.publish_form(code=code, actor=request.actor)):
            messages.success(
                request, _("Published. New requests are asked this; drafts that are open go on as before.")
            )
            return redirect("admin:procedures_staff:forms")
        return redirect("admin:procedures_staff:form", code=code)
    options = _options(request, standing.definition)
    changes = told(standing.changes, standing.definition, standing.fitted.definition, options=options)
    return _page(
        request, "publish", title=_("Publish the form"), standing=standing, changes=changes,
        problems=check(standing.definition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any, code: str) -> HttpResponse:
    """The province has published: what that changes here, what stays of the town's own, and what both have changed."""
    standing = _standing(request, code)
    town_form = standing.town_form
    if town_form is None or not standing.is_to_be_confirmed:
        return redirect("admin:procedures_staff:form", code=code)
    if request.method == "POST":
        seen = tuple(number_asked(request.POST.get(name, "")) or 0 for name in ("own", "new"))
        ours = [at for at in range(len(town_form.changes)) if request.POST.get(f"change-{at}") == "ours"]
        call = {"code": code, "seen": seen, "insist": ours, "actor": request.actor}
        if _done(request, lambda: services.confirm_form(**call)):
            messages.success(request, _("Confirmed. Your town's form stands on the province's newest one."))
        return redirect("admin:procedures_staff:form", code=code)
    old, options = definition_in(town_form.base), _options(request, standing.definition)

    def tell(changes: list[Change]) -> list[dict[str, Any]]:
        lines = told(changes, standing.base, old, options=options)
        return [line | {"at": town_form.changes.index(one)} for line, one in zip(lines, changes, strict=True)]

    return _page(
        request,
        "confirm",
        title=_("The province's new form"),
        standing=standing,
        provinces=told(diff(old, standing.base), standing.base, old, options=options),
        kept=tell(standing.fitted.kept),
        conflicts=tell(standing.fitted.conflicts),
        gone=tell(standing.fitted.gone),
    )


@require_POST
def discard(request: Any, code: str) -> HttpResponse:
    _standing(request, code)
    _done(request, lambda: services.discard_sketch(code=code, actor=request.actor))
    messages.success(request, _("What was not published has been thrown away."))
    return redirect("admin:procedures_staff:form", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Any, code: str) -> HttpResponse:
    """The form as a file; on POST, a file takes the sketch's place."""
    _standing(request, code)
    if request.method != "POST":
        text = services.export_form(code=code, actor=request.actor)
        headers = {"Content-Disposition": f'attachment; filename="{code.lower()}.json"'}
        return HttpResponse(text, content_type="application/json", headers=headers)
    sent = request.FILES.get("file")

    def bring_in() -> None:
        if sent is None:
            raise DomainError(_("Choose a file first."))
        found = schema.read(sent.read(schema.MOST_BYTES + 1))
        services.replace_sketch(code=code, definition=found, actor=request.actor)

    if _done(request, bring_in):
        messages.success(request, _("The file is here. Look at it, and publish it when it is right."))
    return redirect("admin:procedures_staff:form", code=code)
