"""Case files of the demo citizens in every state, made by the verbs that citizens and clerks use themselves.

Their documents are rendered and sealed by the workers, once there are any.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from case_files.constants import ActionForm, Capacity, Outcome, TaskState
from case_files.models import CaseFile, CaseParty, CaseTask
from case_files.services import (
    OpenedProcedure,
    OpenedStep,
    answer_at_once,
    ask_correction,
    complete_task,
    note_fee,
    open_case_file,
    propose,
    record_registration,
    resolve,
    take,
    withdraw,
    write_report,
)
from case_files.steps import rule_of
from census.automatic import individual_slip
from census.models import Dwelling, Inscription, Resident
from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.municipalities.models import Municipality
from core.municipalities.services import terms
from core.notifications.constants import CLOSED
from core.notifications.models import Notification
from core.notifications.services import make_available, open_notification, outbox, render_effect
from procedures.catalogue import find_definition
from registry.constants import BookKind
from registry.services import register

from .people import Citizen

TEXT = {
    "eu": "Aurkeztutako dokumentazioa aztertuta, eskaera onartzen da.",
    "es": "Examinada la documentación presentada, se estima la solicitud.",
}
REPORT = {
    "eu": "Eskatutakoa bat dator indarrean dagoen araudiarekin.",
    "es": "Lo solicitado se ajusta a la normativa vigente.",
}
GENERAL = {"subject": "Argiteria", "facts": "Kaleko bi farola itzalita daude.", "request": "Konpontzea eskatzen dut."}
WORKS = {"works_description": "Sukaldea berritzea, egiturari eragin gabe.", "works_budget": "8400.00"}


class Desk:
    """One town's citizen and clerks at work; runs inside the town's door."""

    def __init__(self, town: Municipality, citizen: Citizen) -> None:
        self.town, self.citizen = town, citizen
        self.user = User.objects.select_related("person").get(email=citizen.email)
        held = Membership.objects.filter(municipality=town).select_related("user")
        self.clerks: dict[str, User] = {row.role: row.user for row in held}

    def applicant(self) -> Actor:
        return Actor(
            kind=ActorKind.CITIZEN,
            channel=Channel.WEB,
            name=self.citizen.name,
            user_id=self.user.pk,
            person_id=self.user.person_id,
            municipality_id=self.town.pk,
            level=Level.CERTIFICATE,
            proved=True,
        )

    def clerk(self, *roles: Role) -> Actor:
        user = next(self.clerks[role] for role in roles if role in self.clerks)
        mine = frozenset(role for role, holder in self.clerks.items() if holder == user)
        return Actor(
            kind=ActorKind.CLERK,
            channel=Channel.ADMIN,
            name=user.name,
            user_id=user.pk,
            municipality_id=self.town.pk,
            roles=mine,
            level=Level.ACCOUNT,
        )

    def file(self, code: str, data: dict[str, Any], summary: str) -> CaseFile:
        """A request with its party and its registry entry."""
        definition = find_definition(code)
        if definition is None:
            raise KeyError(code)
        actor, language = self.applicant(), self.citizen.language
        party = CaseParty(
            person=self.user.person,
            capacity=Capacity.APPLICANT,
            name=self.citizen.name,
            identifier_kind="nie" if self.citizen.number[0] in "XYZ" else "nif",
            identifier=self.citizen.number,
            email=self.user.email,
            language=language,
        )
        case_file = open_case_file(
            procedure=OpenedProcedure(
                code=code,
                title_eu=definition.names["eu"],
                title_es=definition.names["es"],
                title_en=definition.names["en"],
                steps=[OpenedStep(**step) for step in definition.steps],
                term_value=definition.term_value,
                term_unit=definition.term_unit,
                silence=definition.silence,
                automatic=definition.automatic,
                handles=(definition.code, definition.family),
            ),
            data=data,
            parties=[party],
            summary=summary,
            language=language,
            fee_cents=definition.fee_cents,
            actor=actor,
        )
        entry = register(
            kind=BookKind.ENTRY,
            summary=summary,
            party={"name": party.name, "identifier_kind": party.identifier_kind, "identifier": party.identifier},
            person=self.user.person,
            content={"answers": data},
            unit=case_file.unit,
            procedure_code=code,
            case_reference=case_file.reference,
            language=language,
            key=f"demo:{case_file.reference}",
            actor=actor,
        )
        record_registration(case_file=case_file, entry=entry, actor=actor)
        return case_file

    def task(self, case_file: CaseFile) -> CaseTask:
        return CaseTask.objects.select_related("case_file").get(case_file=case_file, state=TaskState.OPEN)

    def do(self, case_file: CaseFile) -> None:
        """The open step, as its clerk would do it."""
        task = self.task(case_file)
        rule = rule_of(task.step)
        actor = self.clerk(*rule.roles)
        if rule.form == ActionForm.REPORT:
            write_report(task=task, text=REPORT, actor=actor)
        elif rule.form == ActionForm.PROPOSAL:
            propose(task=task, outcome=Outcome.GRANTED, text=TEXT, actor=actor)
        elif rule.form == ActionForm.FEE:
            note_fee(task=task, amount_cents=6200, actor=actor)
        elif rule.decides:
            outcome = Outcome.ANSWERED if rule.form == ActionForm.ANSWER else Outcome.GRANTED
            resolve(case_file=task.case_file, outcome=outcome, text=TEXT, actor=actor)
        else:
            complete_task(task=task, actor=actor)

    def until(self, case_file: CaseFile, stop: Callable[[CaseTask], bool]) -> None:
        """Work until the open task is such a one."""
        while not stop(self.task(case_file)):
            self.do(case_file)

    def decide(self, case_file: CaseFile) -> None:
        self.until(case_file, lambda task: rule_of(task.step).decides)
        self.do(case_file)

    def read(self, case_file: CaseFile) -> None:
        """The citizen opens everything that waits for her."""
        waiting = Notification.objects.filter(reference=case_file.reference, legal=True).exclude(state__in=CLOSED)
        for notification in waiting:
            make_available(notification)
            open_notification(notification=notification, actor=self.applicant())


def furnish_files(town: Municipality, citizen: Citizen) -> None:
    """One file in each state, where the town has none yet; runs inside the town's door."""
    if CaseFile.objects.exists():
        return
    desk = Desk(town, citizen)
    desk.file("REG-001", GENERAL, "Kaleko argiteria")
    taken = desk.task(desk.file("REG-001", GENERAL, "Zuhaitzak inaustea"))
    take(task=taken, actor=desk.clerk(*rule_of(taken.step).roles))
    desk.decide(desk.file("REG-001", GENERAL, "Espaloia konpontzea"))
    corrected = desk.file("URB-002", WORKS, "Bainugela berritzea")
    items = [
        {"text_eu": "Falta da obraren aurrekontu xehatua.", "text_es": "Falta el presupuesto detallado de la obra."}
    ]
    ask_correction(case_file=corrected, items=items, actor=desk.clerk(Role.HANDLER))
    desk.until(desk.file("URB-002", WORKS, "Leihoak aldatzea"), lambda task: rule_of(task.step).decides)
    desk.decide(desk.file("URB-002", WORKS, "Sukaldea berritzea"))
    closed = desk.file("URB-002", WORKS, "Teilatua konpontzea")
    desk.decide(closed)
    desk.read(closed)
    left = desk.file("URB-002", WORKS, "Itxitura berria")
    withdraw(case_file=left, key=f"demo:withdrawn:{left.reference}", actor=desk.applicant())
    _move(desk)
    slip = desk.file("PAD-006", {"purpose": "school", "document_language": "bilingual"}, "Errolda-agiria")
    document = individual_slip(slip, desk.applicant())
    outbox([render_effect(document)])
    answer_at_once(case_file=slip, document=document, actor=desk.applicant())


def _move(desk: Desk) -> None:
    """A change of address, granted: the padron has followed it."""
    resident = Resident.objects.get(identifier=desk.citizen.number)
    inhabited = Inscription.objects.filter(ends_on=None).values("dwelling")
    empty = Dwelling.objects.exclude(pk__in=inhabited).select_related("street").exclude(floor="").first()
    if empty is None:
        return
    data = {
        "new_address": {
            "street": empty.street.said("eu"),
            "number": empty.number,
            "floor": f"{empty.floor}. {empty.door}".strip(),
            "postcode": empty.postcode,
            "town": desk.town.name_eu,
        },
        "move_date": (terms.local_today() - timedelta(days=12)).isoformat(),
        "registrants": [
            {
                "name": resident.given_name,
                "surnames": f"{resident.surname1} {resident.surname2}".strip(),
                "identifier": resident.identifier,
                "birth_date": resident.born_on.isoformat(),
            }
        ],
        "housing_title_type": "owner",
    }
    desk.decide(desk.file("PAD-003", data, "Helbide-aldaketa"))
