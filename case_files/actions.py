"""The buttons of a case file's page: each says what it does in law, shows its form, and calls its verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.services import check_upload, new_upload, store_or_refuse
from core.identity.constants import Role
from core.municipalities.services import DomainError
from core.notifications.constants import CLOSED, Channel
from core.notifications.models import Notification
from core.notifications.services import record_delivery

from . import forms, services
from .citizen_forms import answers_in
from .constants import ActionForm, DocumentRole, LinkKind, State, StepKind
from .models import CaseFile, CaseTask, CorrectionRequest
from .rights import readable_by
from .services.base import ENDED
from .services.handling import ROUTERS, givers
from .services.workflow import rule_in
from .uploading import kept


@dataclass(frozen=True)
class Here:
    """Where a button is pressed."""

    case_file: CaseFile
    task: CaseTask | None
    actor: Actor
    tasks: tuple[CaseTask, ...] = ()  # all that are open, in the workflow's order
    has_step_back: bool = False
    correction: CorrectionRequest | None = None  # that may still be delivered

    @property
    def rule(self) -> Any:
        return rule_in(self.case_file, self.task.step) if self.task else None

    @property
    def is_live(self) -> bool:
        return self.case_file.state not in ENDED

    @property
    def may_work(self) -> bool:
        """Whether this clerk can do the current step now."""
        return bool(self.task and self.case_file.state != State.SUSPENDED and services.may_do(self.actor, self.task))


@dataclass(frozen=True)
class Action:
    """`effect` is what the button means in law, in one sentence; `run` gets where it is pressed and the valid form."""

    code: str
    label: Any
    effect: Any
    done: Any
    form: type[forms.ActionBase]
    run: Callable[[Here, Any], Any]
    when: Callable[[Here], bool]
    is_step: bool = False  # the one primary button of the current step
    ends: bool = False  # the file may end with it


def _step_form(*kinds: ActionForm) -> Callable[[Here], bool]:
    return lambda here: here.may_work and here.rule.form in kinds and here.rule.kind != StepKind.SYSTEM


def _has(here: Here, *roles: Role) -> bool:
    return bool(here.actor.roles.intersection(roles))


def _handles(here: Here) -> bool:
    return here.is_live and _has(here, Role.HANDLER, Role.CENSUS_OFFICER)


def _may_ask(here: Here) -> bool:
    """Whether the citizen may be asked for something now."""
    return _handles(here) and here.case_file.state == State.OPEN and not here.case_file.outcome


def _relate(here: Here, form: Any) -> None:
    """Another town's file, or one that she may not open, is not found."""
    reference = form.cleaned_data["reference"].strip().upper()
    other = CaseFile.objects.filter(readable_by(here.actor), reference=reference).first()
    if other is None:
        raise DomainError(_("There is no case file with this reference."), field="reference")
    kind = LinkKind(form.cleaned_data["kind"])
    services.relate(case_file=here.case_file, other=other, kind=kind, actor=here.actor)


def _task(here: Here) -> CaseTask:
    assert here.task is not None  # `when` has looked
    return here.task


def _may_hand_over(here: Here) -> bool:
    return bool(here.task) and _has(here, *givers(_task(here)))


def _may_end_early(here: Here) -> bool:
    undecided = here.is_live and not here.case_file.outcome
    return undecided and _has(here, Role.SIGNATORY) and services.decides_later(here.case_file) and not _decides(here)


def _decides(here: Here) -> bool:
    return bool(here.task and here.rule.decides)


def _paper(here: Here) -> Notification | None:
    waiting = Notification.objects.filter(reference=here.case_file.reference, legal=True, channel=Channel.PAPER)
    found: Notification | None = waiting.exclude(state__in=CLOSED).order_by("pk").first()
    return found


def _deliver(here: Here, form: Any) -> None:
    data, notification = form.cleaned_data, _paper(here)
    if notification is not None:
        record_delivery(
            notification=notification, at=data["at"], result=data["result"], note=data["text"], actor=here.actor
        )


def _receive(here: Here, form: Any) -> None:
    data, correction = form.cleaned_data, services.awaited_correction(here.case_file)
    services.receive_correction(
        case_file=here.case_file,
        data=answers_in(data),
        documents=kept(data["attachments"], here.case_file, here.actor),
        key=f"correction:desk:{correction.pk if correction else 0}",
        actor=here.actor,
    )


def _join(here: Here, form: Any) -> None:
    data = form.cleaned_data
    services.join_on_paper(
        case_file=here.case_file,
        name=data["name"],
        identifier_kind=data["kind"],
        identifier=data["identifier"],
        email=data["email"],
        uploads=kept(data["attachments"], here.case_file, here.actor),
        actor=here.actor,
    )


def _may_join(here: Here) -> bool:
    """Whether others may apply with her, and one of them may still come to the desk."""
    undecided = here.is_live and not here.case_file.outcome
    return undecided and bool(here.case_file.form.get("joint")) and _has(here, *services.RECEIVERS)


def _add_document(here: Here, form: Any) -> None:
    data = form.cleaned_data
    checked = check_upload(data["file"], field="file")
    upload = new_upload(
        kind=DocumentKind.OTHER,
        title=data["title"],
        stored=store_or_refuse(here.case_file.municipality_id or 0, data["file"]),
        file_name=checked.name,
        mime=checked.mime,
        language=here.case_file.language,
        from_citizen=False,
        actor=here.actor,
    )
    services.add_document(
        case_file=here.case_file,
        upload=upload,
        role=DocumentRole(data["role"]),
        visible=data["visible"],
        actor=here.actor,
    )


def _common(here: Here, form: Any) -> dict[str, Any]:
    return {"actor": here.actor, "seen": form.cleaned_data["seen"]}


def _with_task(here: Here, form: Any) -> dict[str, Any]:
    return {"task": _task(here), **_common(here, form)}


ACTIONS = (
    Action(
        "complete",
        _("Mark as done"),
        _("The file goes on to its next step."),
        _("Done. The file is at its next step."),
        forms.CompleteForm,
        lambda here, form: services.complete_task(
            note=form.cleaned_data["note"],
            nothing_changes=form.cleaned_data.get("nothing_changes", False),
            optional_next=form.chosen(),
            **_with_task(here, form),
        ),
        _step_form(ActionForm.CHECK, ActionForm.NOTE),
        is_step=True,
    ),
    Action(
        "report",
        _("Sign the report"),
        _("The report is sealed with your name and stays in the file. The citizen doesn't see it yet."),
        _("The report is in the file."),
        forms.ReportForm,
        lambda here, form: services.write_report(text=form.text, optional_next=form.chosen(), **_with_task(here, form)),
        _step_form(ActionForm.REPORT),
        is_step=True,
    ),
    Action(
        "propose",
        _("Propose the decision"),
        _("The proposal goes to whoever decides. It binds nobody, and the citizen doesn't see it."),
        _("The proposal is in the file."),
        forms.ProposalForm,
        lambda here, form: services.propose(
            outcome=form.cleaned_data["outcome"],
            text=form.text,
            optional_next=form.chosen(),
            **_with_task(here, form),
        ),
        _step_form(ActionForm.PROPOSAL),
        is_step=True,
    ),
    Action(
        "fee",
        _("Note the fee"),
        _("With an amount, the citizen gets a notice of what she has to pay."),
        _("The fee is noted."),
        forms.FeeForm,
        lambda here, form: services.note_fee(
            amount_cents=round(form.cleaned_data["amount"] * 100),
            payable_until=form.cleaned_data["payable_until"],
            optional_next=form.chosen(),
            **_with_task(here, form),
        ),
        _step_form(ActionForm.FEE),
        is_step=True,
    ),
    Action(
        "resolve",
        _("Decide and notify"),
        _(
            "The decision is sealed, entered in the exit book and notified in law. It ends the procedure and can't be "
            "undone; the citizen may appeal."
        ),
        _("Decided. The citizen is being notified."),
        forms.ResolveForm,
        lambda here, form: services.resolve(
            case_file=here.case_file,
            outcome=form.cleaned_data["outcome"],
            text=form.text,
            optional_next=form.chosen(),
            **_common(here, form),
        ),
        _step_form(ActionForm.RESOLUTION, ActionForm.ANSWER),
        is_step=True,
        ends=True,
    ),
    Action(
        "deliver",
        _("Record the delivery"),
        _("What you write counts as proof of the notification on paper. From the delivery its terms run."),
        _("The delivery is recorded."),
        forms.DeliveryForm,
        _deliver,
        lambda here: here.is_live and _paper(here) is not None,
        is_step=True,
    ),
    Action(
        "correct",
        _("Ask for a correction"),
        _(
            "The citizen is notified in law and has ten working days. Meanwhile the term to decide stands still; if "
            "she doesn't answer, the request may be declared withdrawn."
        ),
        _("Asked. The file waits for the citizen."),
        forms.CorrectionForm,
        lambda here, form: services.ask_correction(case_file=here.case_file, items=form.items, **_common(here, form)),
        lambda here: _may_ask(here),
    ),
    Action(
        "receive",
        _("Register the answer"),
        _(
            "What the citizen brings or sends on paper is entered in the registry, with its receipt. From today the "
            "term to decide goes on."
        ),
        _("The answer is registered. The file goes on."),
        forms.AnswerForm,
        _receive,
        lambda here: here.correction is not None and _has(here, *services.RECEIVERS),
    ),
    Action(
        "join",
        _("Register who applies too, on paper"),
        _(
            "For somebody who can't identify herself on line. What she has signed is entered in the registry, with its "
            "receipt; from now on she is one of the applicants."
        ),
        _("Registered. She is one of the applicants."),
        forms.JoinForm,
        _join,
        _may_join,
    ),
    Action(
        "take",
        _("Take the task"),
        _("The task is yours; it has no effect for the citizen."),
        _("The task is yours."),
        forms.ActionBase,
        lambda here, form: services.take(**_with_task(here, form)),
        lambda here: bool(here.task) and services.may_do(here.actor, _task(here)) and not _is_mine(here),
    ),
    Action(
        "release",
        _("Give the task back"),
        _("The task goes back to its unit, for anybody to take."),
        _("The task is back in its unit."),
        forms.ActionBase,
        lambda here, form: services.release(**_with_task(here, form)),
        lambda here: bool(here.task) and _is_mine(here),
    ),
    Action(
        "assign",
        _("Give the task to somebody"),
        _("The person sees it in her tasks; it has no effect for the citizen."),
        _("The task has a new owner."),
        forms.AssignForm,
        lambda here, form: services.assign(
            to=form.cleaned_data["to"], note=form.cleaned_data["text"], **_with_task(here, form)
        ),
        _may_hand_over,
    ),
    Action(
        "hand",
        _("Hand the task to another unit"),
        _("Only this task goes there; the case file stays in its unit. The term to decide runs on."),
        _("The task is in the other unit."),
        forms.HandForm,
        lambda here, form: services.hand_to_unit(
            unit=form.cleaned_data["unit"], note=form.cleaned_data["text"], **_with_task(here, form)
        ),
        _may_hand_over,
    ),
    Action(
        "return",
        _("Send it back"),
        _(
            "An earlier step is opened again for whoever did it; then the file comes back here. Nothing is sent to "
            "the citizen."
        ),
        _("The file is back at that step."),
        forms.ReturnForm,
        lambda here, form: services.return_task(
            note=form.cleaned_data["text"], to=form.cleaned_data["to"], **_with_task(here, form)
        ),
        lambda here: here.may_work and here.has_step_back and not here.case_file.outcome,
    ),
    Action(
        "add",
        _("Add a step"),
        _("This file gets a step that its procedure does not foresee: an inspection, one more report."),
        _("The step is added, and its task is open."),
        forms.AddStepForm,
        lambda here, form: services.add_step(
            case_file=here.case_file,
            code=form.cleaned_data["code"],
            parallel=form.cleaned_data["parallel"],
            note=form.cleaned_data["text"],
            **_common(here, form),
        ),
        lambda here: _handles(here) and bool(services.addable(here.case_file)),
    ),
    Action(
        "hearing",
        _("Open the hearing"),
        _(
            "The parties are notified in law and may look at the file and plead for ten to fifteen working days. The "
            "term to decide runs on; the file waits meanwhile."
        ),
        _("The hearing is open. The file waits for the parties."),
        forms.HearingForm,
        lambda here, form: services.open_hearing(
            case_file=here.case_file, text=form.text, days=form.cleaned_data["days"], **_common(here, form)
        ),
        lambda here: _may_ask(here) and services.decides_later(here.case_file),
    ),
    Action(
        "warn",
        _("Warn that the file lapses"),
        _(
            "For a file that stands still because of the citizen. She is notified in law; if she does nothing in three "
            "months, the lapse may be declared. Meanwhile the term to decide stands still."
        ),
        _("Warned. The file waits for the citizen."),
        forms.BothForm,
        lambda here, form: services.warn_of_lapse(case_file=here.case_file, text=form.text, **_common(here, form)),
        lambda here: _may_ask(here) and services.decides_later(here.case_file),
    ),
    Action(
        "wait",
        _("Stop the term until this report arrives"),
        _("Only for a report that the law requires. The parties are told; the term stands still three months at most."),
        _("The term stands still until the report is signed."),
        forms.ActionBase,
        lambda here, form: services.suspend_for_report(**_with_task(here, form)),
        lambda here: here.may_work and services.may_wait_for(_task(here)) and not here.case_file.suspended_since,
    ),
    Action(
        "silence",
        _("Certify the silence"),
        _("The certificate says that the time to decide ended and what that means by law. It goes to the citizen."),
        _("The certificate is in the file."),
        forms.ActionBase,
        lambda here, form: services.certify_silence(case_file=here.case_file, **_common(here, form)),
        lambda here: here.is_live and _has(here, Role.SIGNATORY) and services.is_silent(here.case_file),
    ),
    Action(
        "relate",
        _("Link another case file"),
        _("Each file shows the other to whoever may open both. Nothing is sent to the citizen."),
        _("The case files are linked."),
        forms.RelateForm,
        lambda here, form: _relate(here, form),
        lambda here: _has(here, Role.HANDLER, Role.CENSUS_OFFICER, Role.REGISTRAR),
    ),
    Action(
        "message",
        _("Write to the citizen"),
        _("She reads it in her folder, with a notice by e-mail. It has no legal effect."),
        _("The message is sent."),
        forms.TextForm,
        lambda here, form: services.message_citizen(
            case_file=here.case_file, text=form.cleaned_data["text"], actor=here.actor
        ),
        lambda here: here.is_live,
    ),
    Action(
        "note",
        _("Add a note"),
        _("Only clerks read it: it is no part of what the citizen sees."),
        _("The note is in the file."),
        forms.TextForm,
        lambda here, form: services.add_note(
            case_file=here.case_file, text=form.cleaned_data["text"], actor=here.actor
        ),
        lambda here: True,
    ),
    Action(
        "document",
        _("Add a document"),
        _("The document stays in the file for ever. The parties read it only if you say so."),
        _("The document is in the file."),
        forms.DocumentForm,
        _add_document,
        lambda here: here.is_live,
    ),
    Action(
        "signature",
        _("Ask for a signature"),
        _(
            "She finds the document among her things to do, with a notice by e-mail, and signs it with a code or a "
            "certificate. From now on the parties may read it; its evidence comes into the file."
        ),
        _("Asked. You see in the documents whether it is signed."),
        forms.SignatureForm,
        lambda here, form: services.ask_signature(
            case_file=here.case_file,
            document=form.cleaned_data["document"],
            party=form.cleaned_data["party"],
            about=form.cleaned_data["about"],
            due_on=form.cleaned_data["due_on"],
            **_common(here, form),
        ),
        lambda here: here.is_live and _has(here, *services.ASKERS),
    ),
    Action(
        "unit",
        _("Send the case file to another unit"),
        _("The file and its tasks change unit; the term to decide runs on."),
        _("The file has changed unit."),
        forms.UnitForm,
        lambda here, form: services.reassign_unit(
            case_file=here.case_file,
            unit=form.cleaned_data["unit"],
            note=form.cleaned_data["text"],
            **_common(here, form),
        ),
        lambda here: here.is_live and _has(here, *ROUTERS),
    ),
    Action(
        "end",
        _("End without deciding on the request"),
        _(
            "A resolution declares the withdrawal, the lapse, or that the request is not admitted. It is sealed, "
            "notified in law and can't be undone."
        ),
        _("Ended. The citizen is being notified."),
        forms.EndEarlyForm,
        lambda here, form: services.resolve(
            case_file=here.case_file,
            outcome=form.cleaned_data["outcome"],
            text=form.text,
            **_common(here, form),
        ),
        _may_end_early,
        ends=True,
    ),
    Action(
        "close",
        _("Close the case file"),
        _("Nothing more can be done in the file. The reason stays in its history."),
        _("The case file is closed."),
        forms.CloseForm,
        lambda here, form: services.close(
            case_file=here.case_file,
            reason=form.cleaned_data["text"],
            keeps_visit=not form.cleaned_data.get("cancels_visit", True),
            **_common(here, form),
        ),
        lambda here: _handles(here) and (bool(here.case_file.outcome) or not services.decides_later(here.case_file)),
        ends=True,
    ),
)


def _is_mine(here: Here) -> bool:
    return bool(here.task and here.task.assignee_id and here.task.assignee_id == here.actor.user_id)


def available(here: Here) -> list[Action]:
    """The buttons of this clerk, here and now."""
    return [action for action in ACTIONS if action.when(here)]
