"""The town's administrator looks at the workflows of its procedures, changes them, and publishes them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from case_files.services import Stop, all_rules, draw, in_reader_language, rule_of
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.models import Unit
from core.municipalities.services import DomainError
from procedures import workflows
from procedures.catalogue import names_of
from procedures.models import TownProcedure, TownWorkflow, WorkflowStep, WorkflowTemplate
from procedures.services import base_of, draft_workflow, faults_of, own_workflow, publish_workflow

USES = [("", gettext_lazy("If needed")), ("always", gettext_lazy("Always")), ("never", gettext_lazy("Never"))]
NAMED = 3  # procedures that say what a workflow is for


class StepForm(forms.Form):
    """What a town says of one step; what it leaves empty is as the province has it."""

    use = forms.ChoiceField(label=gettext_lazy("When"), choices=USES, required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who does it"),
        choices=[(role.value, role.label) for role in workflows.CLERKS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    unit: Any = forms.ModelChoiceField(
        label=gettext_lazy("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("The file's own"),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Working days"), required=False, min_value=1, max_value=workflows.LONGEST
    )
    after = forms.ChoiceField(label=gettext_lazy("After"))
    beside = forms.BooleanField(label=gettext_lazy("At the same time as the one before"), required=False)
    remove = forms.BooleanField(label=gettext_lazy("Take it out"), required=False)

    def __init__(
        self, step: dict[str, Any], own: dict[str, Any], units: Any, places: list[tuple[str, str]], data: Any = None
    ) -> None:
        given = {"roles": step.get("roles") or [str(role) for role in rule_of(step["code"]).roles]}
        given |= {"days": rule_of(step["code"]).days, "beside": step["is_beside"], "after": step.get("after")} | own
        super().__init__(data, prefix=step["code"], initial=given)
        self.step, self.is_own = step, bool(own or step.get("added"))
        field: Any = self.fields["unit"]
        field.queryset = units
        rule = rule_of(step["code"])
        self.can_change = rule.kind != "system"
        gone = {"use"} if not step["optional"] or step["code"] == "amendment" else set()
        gone |= set() if step.get("added") else {"remove", "after"}
        gone |= {"roles", "unit", "days", "beside"} if rule.kind in ("system", "later") else set()
        gone |= {"beside"} if rule.decides or rule.form == "proposal" else set()
        for name in gone:
            del self.fields[name]
        if "after" in self.fields:
            after: Any = self.fields["after"]
            after.choices = [place for place in places if place[0] != step["code"]]

    def changes(self) -> dict[str, Any]:
        """What differs from the province."""
        rule, data = rule_of(self.step["code"]), self.cleaned_data
        said: dict[str, Any] = {"use": data.get("use"), "unit": data["unit"].pk if data.get("unit") else None}
        if set(data.get("roles") or ()) != {str(role) for role in rule.roles}:
            said["roles"] = data.get("roles")
        if data.get("days") != rule.days:
            said["days"] = data.get("days")
        return said | ({"beside": data["beside"]} if "beside" in data else {})


class AddForm(forms.Form):
    step = forms.ChoiceField(label=gettext_lazy("Add a step"), required=False)
    after = forms.ChoiceField(label=gettext_lazy("After"), required=False)

    def __init__(self, steps: list[dict[str, Any]], data: Any = None) -> None:
        super().__init__(data, prefix="add")
        there = {step["code"] for step in steps}
        codes = [code for code in workflows.addable_steps() if code not in there]
        known = WorkflowStep.objects.filter(code__in=codes)
        names = sorted((in_reader_language(names_of(step)), step.code) for step in known)
        fields: Any = self.fields
        fields["step"].choices = [("", "–"), *((code, name) for name, code in names)]
        fields["after"].choices = places_of(steps)


def places_of(steps: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The steps that another one may come after: all but the last."""
    return [(step["code"], in_reader_language(step["names"])) for step in steps[:-1]]


def _page(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"procedures/desk/{template}.html", admin.site.each_context(request) | context)


def workflow_list(request: Any) -> HttpResponse:
    """Every workflow that the town's procedures walk, named by them."""
    require(request.actor, Role.TOWN_ADMINISTRATOR)
    own = {row.template_id: row for row in TownWorkflow.objects.filter(municipality=request.actor.municipality_id)}
    used: dict[int, list[str]] = {}
    offered = TownProcedure.objects.filter(municipality=request.actor.municipality_id, enabled=True)
    for row in offered.select_related("procedure").order_by("procedure__position"):
        used.setdefault(row.procedure.workflow_id, []).append(row.procedure.name)
    lines = [
        {"template": one, "own": own.get(one.pk), "names": used[one.pk][:NAMED], "more": len(used[one.pk]) - NAMED}
        for one in WorkflowTemplate.objects.order_by("code")
        if one.pk in used
    ]
    return _page(request, "workflows", {"title": _("Steps of the procedures"), "lines": lines})


def workflow(request: Any, code: str) -> HttpResponse:
    """One workflow: the form of its steps, the drawing of the draft, and what keeps it from being published."""
    require(request.actor, Role.TOWN_ADMINISTRATOR)
    template = WorkflowTemplate.objects.filter(code=code).first()
    if template is None:
        raise Http404("no such workflow")
    own = own_workflow(template, request.actor.municipality_id)
    if request.method == "POST" and request.POST.get("act") == "undo":
        draft_workflow(template=template, changes={}, actor=request.actor)
        messages.success(request, _("The draft is as the province has it. Publish it to use it."))
        return redirect(request.path)
    base = base_of(template)
    steps = _rows(base, own.draft)
    units = Unit.objects.filter(municipality=request.actor.municipality_id, active=True).order_by("pk")
    data = request.POST if request.method == "POST" else None
    said, places = own.draft.get("steps", {}), places_of(steps)
    forms_ = [StepForm(step, said.get(step["code"], {}), units, places, data) for step in steps]
    adding = AddForm(steps, data)
    if (
        data is not None
        and all(form.is_valid() for form in (*forms_, adding))
        and _save(request, template, own, forms_, adding)
    ):
        return redirect(request.path)
    context = {
        "title": _("Steps of the procedures"),
        "own": own,
        "forms": forms_,
        "adding": adding,
        "faults": faults_of(own) if own.draft else [],
        "steps": (drawn := workflows.merged(base, own.draft)),
        "drawing": draw([_stop(step) for step in drawn]),
        "names": _names(template, request.actor.municipality_id),
    }
    return _page(request, "workflow", context)


def _save(request: Any, template: WorkflowTemplate, own: TownWorkflow, rows: Any, adding: AddForm) -> bool:
    """Keep the draft, and publish it where that was pressed; whether all went well."""
    taken_out = {form.step["code"] for form in rows if form.cleaned_data.get("remove")}
    moved = {form.step["code"]: form.cleaned_data["after"] for form in rows if "after" in form.cleaned_data}
    added = [
        one | {"after": moved.get(one["code"], one["after"])}
        for one in own.draft.get("added", ())
        if one["code"] not in taken_out
    ]
    if adding.cleaned_data["step"]:
        added.append({"code": adding.cleaned_data["step"], "after": adding.cleaned_data["after"]})
    steps = {form.step["code"]: form.changes() for form in rows if form.step["code"] not in taken_out}
    try:
        draft_workflow(template=template, changes={"steps": steps, "added": added}, actor=request.actor)
        if request.POST.get("act") == "publish":
            publish_workflow(template=template, actor=request.actor)
    except DomainError as error:
        if error.code == "faults":  # the page lists them
            return True
        messages.error(request, str(error.message))
        return False
    published = request.POST.get("act") == "publish"
    messages.success(request, _("Published: new case files take these steps.") if published else _("Draft kept."))
    return True


def _rows(base: list[dict[str, Any]], draft: dict[str, Any]) -> list[dict[str, Any]]:
    """Every step that the town can say something of, those that it never takes included."""
    steps = workflows.merged(base, {"added": draft.get("added", ())})
    after = {one["code"]: one["after"] for one in draft.get("added", ())}
    for at, step in enumerate(steps):
        step["is_beside"] = bool(step.get("group")) and at > 0 and steps[at - 1].get("group") == step["group"]
        step["name"], step["after"] = in_reader_language(step["names"]), after.get(step["code"])
    return steps


def _stop(step: dict[str, Any]) -> Stop:
    rule = all_rules().get(step["code"])
    roles = step.get("roles") or ([str(role) for role in rule.roles] if rule and rule.kind != "system" else [])
    words = ", ".join(str(Role(role).label) for role in roles)
    name = in_reader_language(step["names"])
    return Stop(step["code"], name, "next", words, bool(step["optional"]), step.get("group") or "")


def _names(template: WorkflowTemplate, municipality_id: int) -> list[str]:
    rows = TownProcedure.objects.filter(municipality=municipality_id, enabled=True, procedure__workflow=template)
    return [row.procedure.name for row in rows.select_related("procedure").order_by("procedure__position")]
