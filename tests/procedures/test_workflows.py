"""A town's own workflow: the province's with a difference, published once nothing in it is wrong."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from case_files.models import CaseFile, CaseTask
from case_files.services import in_reader_language, rule_of
from core.audit.models import AuditRow
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.models import Unit
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from procedures import workflows
from procedures.catalogue import find_definition
from procedures.models import TownWorkflow, WorkflowTemplate
from procedures.services import base_of, draft_workflow, faults_of, publish_workflow, steps_for
from tests.case_files.files import templates
from tests.cast import Cast

from .whole_life import Office, file

BASE = {
    name: [
        {"code": s.code, "optional": s.optional, "names": dict(s.names)} | ({"group": s.group} if s.group else {})
        for s in steps
    ]
    for name, steps in templates().items()
}


def lice() -> WorkflowTemplate:
    return WorkflowTemplate.objects.get(code="LICE")


def codes(town: int) -> list[str]:
    definition = find_definition("URB-002")
    assert definition
    return [step.code for step in steps_for(town, definition)]


@pytest.mark.parametrize("template", sorted(BASE))
def test_without_a_difference_it_is_the_provinces(template: str) -> None:
    assert workflows.merged(BASE[template], {}) == BASE[template]
    assert not workflows.faults(BASE[template], {}, units=())


def test_a_town_publishes_its_own_steps(catalogue: Any, in_mundaka: Cast) -> None:
    town, unit = in_mundaka.mundaka.pk, Unit.objects.create(name_eu="Idazkaritza", name_es="Secretaría")
    changes = {
        "added": [{"code": "environment_report", "after": "technical_report"}],
        "steps": {
            "inspection": {"use": "always"},
            "legal_report": {"unit": unit.pk, "days": 5, "roles": ["signatory"], "beside": False},
        },
    }
    draft_workflow(template=lice(), changes=changes, actor=in_mundaka.clerk())
    assert "environment_report" not in codes(town)  # a draft changes nothing
    publish_workflow(template=lice(), actor=in_mundaka.clerk())
    definition = find_definition("URB-002")
    assert definition
    steps = {step.code: step for step in steps_for(town, definition)}
    assert not steps["inspection"].optional and steps["environment_report"].names["es"]
    legal = steps["legal_report"]
    assert (legal.unit, legal.days, legal.roles, legal.group) == (unit.pk, 5, ["signatory"], "")
    assert AuditRow.objects.filter(action="procedures.workflow_published").exists()


def test_one_more_among_parallel_steps_is_one_of_them() -> None:
    added = {"added": [{"code": "environment_report", "after": "technical_report"}]}
    groups = {step["code"]: step.get("group") for step in workflows.merged(BASE["LICE"], added)}
    assert groups["technical_report"] == groups["environment_report"] == groups["legal_report"]
    assert groups["technical_report"]


def test_another_town_keeps_the_provinces(catalogue: Any, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        draft_workflow(template=lice(), changes={"steps": {"inspection": {"use": "never"}}}, actor=cast.clerk())
        publish_workflow(template=lice(), actor=cast.clerk())
        assert "inspection" not in codes(cast.mundaka.pk)
    with acting_for(cast.balmaseda.pk):
        assert "inspection" in codes(cast.balmaseda.pk)


def test_only_the_difference_is_kept(catalogue: Any, in_mundaka: Cast) -> None:
    said = {"steps": {"legal_report": {"beside": True, "days": None, "roles": [], "use": ""}, "no_such": {"days": 3}}}
    assert draft_workflow(template=lice(), changes=said, actor=in_mundaka.clerk()).draft == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"added": [{"code": "unit_report", "after": "submit"}]},
        {"added": [{"code": "unit_report", "after": "close"}]},
        {"steps": {"technical_report": {"roles": ["sorcerer"]}}},
        {"steps": {"resolution": {"roles": ["handler"]}}},
        {"steps": {"technical_report": {"unit": 987654}}},
        {"steps": {"technical_report": {"days": 9999}}},
        {"steps": {"resolution": {"beside": True}}},
    ],
)
def test_what_would_lead_nowhere_is_not_published(catalogue: Any, in_mundaka: Cast, changes: Any) -> None:
    draft_workflow(template=lice(), changes=changes, actor=in_mundaka.clerk())
    with pytest.raises(DomainError):
        publish_workflow(template=lice(), actor=in_mundaka.clerk())
    assert not TownWorkflow.objects.get().changes


def test_no_step_is_left_to_a_role_that_nobody_has(catalogue: Any, in_mundaka: Cast) -> None:
    unit = Unit.objects.create(code="ing", name_eu="Ingurumena", name_es="Medio ambiente")
    elsewhere = Unit.objects.create(code="ida", name_eu="Idazkaritza", name_es="Secretaría")
    Membership.objects.filter(role=Role.CENSUS_OFFICER).delete()
    Membership.objects.filter(role=Role.HANDLER).update(unit=elsewhere)
    asked = {
        "technical_report": {"roles": ["census_officer"]},
        "legal_report": {"unit": unit.pk},
        "inspection": {"roles": ["census_officer", "handler"]},
        "check_docs": {"unit": elsewhere.pk},
    }
    own = draft_workflow(template=lice(), changes={"steps": asked}, actor=in_mundaka.clerk())
    names = {step["code"]: in_reader_language(step["names"]) for step in base_of(lice())}
    found = " ".join(faults_of(own))
    assert [code for code in asked if names[code] in found] == ["technical_report", "legal_report"]
    with pytest.raises(DomainError, match=names["technical_report"]):
        publish_workflow(template=lice(), actor=in_mundaka.clerk())
    Membership.objects.filter(role=Role.HANDLER).update(unit=None, valid_to=timezone.localdate() - timedelta(days=1))
    assert any(names["inspection"] in fault for fault in faults_of(own))  # who held the role has left


def test_only_the_administrator_changes_it(catalogue: Any, in_mundaka: Cast) -> None:
    with pytest.raises(PermissionDenied):
        handler = replace(in_mundaka.clerk(), roles=frozenset({Role.HANDLER}))
        draft_workflow(template=lice(), changes={}, actor=handler)
    with pytest.raises(DomainError):
        draft_workflow(
            template=lice(), changes={"added": [{"code": "sorcery", "after": "submit"}]}, actor=in_mundaka.clerk()
        )


@given(
    template=st.sampled_from(sorted(BASE)),
    uses=st.dictionaries(
        st.sampled_from(["inspection", "hearing", "amendment", "resolution", "close"]),
        st.sampled_from(["always", "never", ""]),
    ),
    added=st.lists(st.sampled_from(workflows.addable_steps()), max_size=3, unique=True),
    places=st.lists(st.integers(0, 20), min_size=3, max_size=3),
    beside=st.sets(st.sampled_from(["technical_report", "legal_report", "health_report", "notify", "proposal"])),
)
def test_what_is_published_can_be_walked(
    template: str, uses: dict[str, str], added: list[str], places: list[int], beside: set[str]
) -> None:
    base = BASE[template]
    changes = {
        "added": [{"code": c, "after": base[at % len(base)]["code"]} for c, at in zip(added, places, strict=False)],
        "steps": {code: {"use": use} for code, use in uses.items()} | {code: {"beside": True} for code in beside},
    }
    if workflows.faults(base, changes, units=()):
        return
    steps = workflows.merged(base, changes)
    walked = [step["code"] for step in steps]
    required = [step["code"] for step in base if not step["optional"]]
    assert [code for code in walked if code in required] == required and len(set(walked)) == len(walked)
    for step in steps:
        if step.get("group"):
            assert rule_of(step["code"]).kind == "human" and not rule_of(step["code"]).decides


def test_the_page_keeps_a_draft_draws_it_and_publishes(catalogue: Any, clerk_client: Client, cast: Cast) -> None:
    address = "/mundaka/eu/admin/workflows/LICE/"
    page = clerk_client.get(address)
    assert b"<svg" in page.content and clerk_client.get("/mundaka/eu/admin/workflows/").status_code == 200
    sent: dict[str, Any] = {"act": "publish", "add-step": "environment_report", "add-after": "technical_report"}
    for form in page.context["forms"]:
        for field in form:
            if field.name == "beside" and field.initial:
                sent[field.html_name] = "on"
            elif field.initial is not None and field.name not in ("beside", "remove"):
                sent[field.html_name] = field.initial
    assert clerk_client.post(address, sent).status_code == 302
    with acting_for(cast.mundaka.pk):
        own = TownWorkflow.objects.get()
        assert own.changes["added"][0]["code"] == "environment_report" and not own.changes["steps"]
        assert not CaseFile.objects.exists()
    assert clerk_client.post(address, {"act": "undo"}).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert TownWorkflow.objects.get().draft == {}


def test_a_file_walks_the_steps_that_it_was_opened_with(online: Cast) -> None:
    ane, added = online.citizen(online.ane), "environment_report"
    office = Office({role: replace(online.clerk(), roles=frozenset({role})) for role in Role}, ane)
    with acting_for(online.mundaka.pk):
        before = CaseFile.objects.get(pk=file("URB-002", ane).case_file_id)
        changes = {"added": [{"code": added, "after": "technical_report"}], "steps": {"proposal": {"days": 3}}}
        draft_workflow(template=lice(), changes=changes, actor=online.clerk())
        publish_workflow(template=lice(), actor=online.clerk())
        after = CaseFile.objects.get(pk=file("URB-002", ane).case_file_id)
        assert [added in {step["code"] for step in one.workflow} for one in (before, after)] == [False, True]
        for case_file in (before, after):
            office.work(case_file)
        done = CaseTask.objects.filter(step=added, state="done").values_list("case_file", flat=True)
        assert list(done) == [after.pk]
        days = {task.case_file_id: task.due_on for task in CaseTask.objects.filter(step="proposal")}
        assert days[after.pk] < days[before.pk]
