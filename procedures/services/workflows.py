"""What a town changes in the province's workflows: written as a draft, published once nothing in it is wrong."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from case_files.services import OpenedStep, colleagues
from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.models import Unit
from core.municipalities.services import DomainError
from procedures import workflows
from procedures.catalogue import Definition, names_of
from procedures.models import TownWorkflow, WorkflowStep, WorkflowTemplate

from .towns import find_changes, forget_town_procedures


def steps_for(municipality_id: int, definition: Definition) -> list[OpenedStep]:
    """The steps of a new file of this procedure in a town; from memory. Files that are open keep their own."""
    return workflows.opened(workflows.merged(definition.steps, find_changes(municipality_id, definition.workflow)))


def base_of(template: WorkflowTemplate) -> list[dict[str, Any]]:
    """The province's steps, with their names in every language."""
    codes = [step["code"] for step in template.steps]
    names = {step.code: names_of(step) for step in WorkflowStep.objects.filter(code__in=codes)}
    return [step | {"names": names[step["code"]]} for step in template.steps]


def own_workflow(template: WorkflowTemplate, municipality_id: int) -> TownWorkflow:
    """The town's row for this template, unsaved where it has none."""
    known = TownWorkflow.objects.filter(municipality=municipality_id, template=template).first()
    return known or TownWorkflow(municipality_id=municipality_id, template=template)


def faults_of(own: TownWorkflow) -> list[str]:
    """Why the draft can't be published."""
    town = own.municipality_id or 0
    units = {unit.pk: unit for unit in Unit.objects.filter(municipality=town, active=True)}

    def is_held(roles: Collection[str], unit: int | None) -> bool:
        return colleagues(town, roles, unit=units.get(unit or 0)).exists()

    return workflows.faults(base_of(own.template), own.draft, units=units, is_held=is_held)


@transaction.atomic
def draft_workflow(*, template: WorkflowTemplate, changes: Mapping[str, Any], actor: Actor) -> TownWorkflow:
    """Keep a town's difference as a draft: no file is opened with it until it is published."""
    require(actor, Role.TOWN_ADMINISTRATOR)
    own = own_workflow(template, actor.municipality_id or 0)
    own.draft, own.edited_at = _only_differences(template, changes), timezone.now()
    own.save()
    record("procedures.workflow_drafted", actor=actor, target=own, object_ref=template.code)
    return own


@transaction.atomic
def publish_workflow(*, template: WorkflowTemplate, actor: Actor) -> TownWorkflow:
    """New files take the draft from now on; those that are open keep the steps that they were opened with."""
    require(actor, Role.TOWN_ADMINISTRATOR)
    own = own_workflow(template, actor.municipality_id or 0)
    if found := faults_of(own):
        raise DomainError(" ".join(found), code="faults")
    own.changes, own.published_at = own.draft, timezone.now()
    own.save()
    forget_town_procedures()
    record("procedures.workflow_published", actor=actor, target=own, object_ref=template.code, data=own.changes)
    return own


def _only_differences(template: WorkflowTemplate, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the town says otherwise than the province, with the names of what it added."""
    base = base_of(template)
    wanted = [one["code"] for one in changes.get("added", ())]
    if unknown := set(wanted) - set(workflows.addable_steps()):
        raise DomainError(_("“%(step)s” is not a known step.") % {"step": ", ".join(sorted(unknown))}, field="add")
    names = {step.code: names_of(step) for step in WorkflowStep.objects.filter(code__in=wanted)}
    plain = {step["code"]: step for step in workflows.merged(base, {"added": changes.get("added", ())})}
    order = list(plain)
    own: dict[str, Any] = {}
    for code, said in changes.get("steps", {}).items():
        if code not in plain:
            continue
        kept = {name: said[name] for name in workflows.OWN if said.get(name) not in (None, [], "")}
        if "beside" in kept and kept["beside"] == _is_beside(plain, order, code):
            del kept["beside"]
        if kept:
            own[code] = kept
    added = [
        {"code": one["code"], "after": one["after"], "names": names[one["code"]]} for one in changes.get("added", ())
    ]
    return {"steps": own, "added": added} if own or added else {}


def _is_beside(plain: Mapping[str, Any], order: list[str], code: str) -> bool:
    at, group = order.index(code), plain[code].get("group")
    return bool(group) and at > 0 and plain[order[at - 1]].get("group") == group
