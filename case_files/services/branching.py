"""Where a file leaves its template: steps that one file needs, and other files that have to do with it."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import MIRROR, ActionForm, LinkKind, State, StepKind, StepState, TaskState
from case_files.models import CaseEvent, CaseFile, CaseLink, CaseTask
from case_files.rights import readable_by
from case_files.steps import rule_of
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, terms

from .base import audit, event, live, lock, save, write
from .engine import open_task
from .workflow import HEARING, OpenedStep, find, front, in_languages, is_open, mark

# what any undecided file may need besides its template; names as in the catalogue
EXTRA = {
    "inspection": gettext_noop("Inspection"),
    HEARING: gettext_noop("Hearing"),
    "third_party_hearing": gettext_noop("Hearing of other parties"),
    "technical_report": gettext_noop("Technical report"),
    "legal_report": gettext_noop("Legal report"),
    "unit_report": gettext_noop("Report of the unit"),
    "environment_report": gettext_noop("Environmental report"),
    "health_report": gettext_noop("Health report"),
    "social_report": gettext_noop("Social report"),
    "police_check": gettext_noop("Check by the police"),
    "evidence": gettext_noop("Evidence"),
    "neighbour_notice": gettext_noop("Notice to the neighbours"),
    "public_exhibition_15d": gettext_noop("Public exhibition, 15 days"),
}
_STOPS = (ActionForm.PROPOSAL, ActionForm.RESOLUTION, ActionForm.ANSWER)  # nothing stands parallel to these


def addable(case_file: CaseFile) -> dict[str, dict[str, str]]:
    """Code → names of the steps that may be added now: those of the list that are not still to come."""
    if case_file.outcome or case_file.state != State.OPEN:
        return {}
    coming = {step["code"] for step in case_file.workflow if is_open(step)}
    return {code: names_of_extra(case_file, code) for code in EXTRA if code not in coming}


def names_of_extra(case_file: CaseFile, code: str) -> dict[str, str]:
    """The file's own name of the step, or ours."""
    step = find(case_file, code)
    return step["names"] if step else in_languages(EXTRA[code])


@transaction.atomic
def add_step(
    *,
    case_file: CaseFile,
    code: str,
    parallel: bool = False,
    note: str = "",
    actor: Actor,
    seen: int | None = None,
) -> CaseTask:
    """Have a step done that this one file needs, now: before the step it stands at, or parallel to it.

    Only a decision and its proposal have nothing beside them: they wait until the new step is done.
    """
    require(actor, Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY)
    case_file = lock(case_file, seen=seen)
    live(case_file)
    if code not in addable(case_file):
        raise DomainError(_("This step can't be added now."), field="code")
    names, now = names_of_extra(case_file, code), front(case_file)
    beside = parallel and bool(now) and all(_may_stand_beside(step) for step in now)
    put_in(case_file, code, group=_group_of(case_file) if beside else "")
    mark(find(case_file, code) or {}, StepState.CHOSEN, terms.local_today())
    if not beside:
        _set_aside(case_file, actor=actor)
        case_file.step = code
    task = open_task(case_file, code, note=note)
    save(case_file, "workflow", "step")
    write(case_file, "step_added", actor=actor, public=rule_of(code).citizen_sees, params={"names": names})
    return task


def put_in(case_file: CaseFile, code: str, *, group: str = "") -> None:
    """Put a step right before the one where the file stands, or at the end of its parallel group; it stays where it
    is when it is still to come."""
    known = find(case_file, code)
    if known and is_open(known) and not group:
        return
    step = OpenedStep(code, names_of_extra(case_file, code), optional=True, group=group).as_kept()
    steps = [one for one in case_file.workflow if one is not known]
    codes = [one["code"] for one in front(case_file) if one["code"] != code]
    places = [at for at, one in enumerate(steps) if one["code"] in codes]
    at = len(steps) if not places else max(places) + 1 if group else min(places)
    case_file.workflow = [*steps[:at], step, *steps[at:]]


def _may_stand_beside(step: dict[str, object]) -> bool:
    rule = rule_of(str(step["code"]))
    return rule.kind == StepKind.HUMAN and rule.form not in _STOPS


def _group_of(case_file: CaseFile) -> str:
    """The name of the group of the steps that are open now, made where there is none."""
    now = front(case_file)
    name: str = now[0].get("group") or f"own{case_file.version}"
    for step in now:
        step["group"] = name
    return name


def _set_aside(case_file: CaseFile, *, actor: Actor) -> None:
    """The tasks of the steps that now wait come again in their turn."""
    codes = [step["code"] for step in front(case_file)] + [case_file.step]
    tasks = CaseTask.objects.filter(case_file=case_file, step__in=codes, state=TaskState.OPEN)
    tasks.update(state=TaskState.RETURNED, done_by=actor.user_id)


@transaction.atomic
def relate(*, case_file: CaseFile, other: CaseFile, kind: LinkKind, actor: Actor) -> None:
    """Link two files of the town; each shows the other to whoever may open both."""
    require(actor, Role.HANDLER, Role.CENSUS_OFFICER, Role.REGISTRAR)
    if other.pk == case_file.pk:
        raise DomainError(_("That is this same case file."), field="reference")
    case_file = lock(case_file)
    if CaseLink.objects.filter(case_file=case_file, other=other).exists():
        raise DomainError(_("The two case files are linked already."), field="reference")
    link(case_file, other, kind, actor=actor)
    save(case_file)


def link(case_file: CaseFile, other: CaseFile, kind: LinkKind, *, actor: Actor) -> None:
    """Write the link from both ends, with its line in both histories."""
    ends = ((case_file, other, kind), (other, case_file, MIRROR[kind]))
    CaseLink.objects.bulk_create(
        CaseLink(municipality_id=one.municipality_id, case_file=one, other=two, kind=what) for one, two, what in ends
    )
    CaseEvent.objects.bulk_create(
        event(one, "linked", actor=actor, public=False, params={"number": two.reference}) for one, two, _what in ends
    )
    # both have changed: whoever may read only one of them finds it in that one's audit
    for one, two, _what in ends:
        audit(one, "linked", actor=actor, data={"number": two.reference})


def linked(case_file: CaseFile, actor: Actor) -> list[CaseLink]:
    """The other files that have to do with this one and that the actor may open."""
    rows = CaseLink.objects.filter(case_file=case_file).select_related("other").order_by("pk")
    # a citizen's own door leaves out the files that are not hers: the join finds no row there
    return list(rows.filter(readable_by(actor, "other__")) if actor.is_clerk else rows)
