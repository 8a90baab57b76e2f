"""Case files of the demo citizens in every state, made by the verbs that citizens and clerks use themselves.

Their documents are rendered and sealed by the workers, once there are any.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

from case_files.constants import ActionForm, Outcome, TaskState
from case_files.models import CaseFile, CaseTask
from case_files.services import (
    ask_correction,
    complete_task,
    note_fee,
    propose,
    resolve,
    take,
    withdraw,
    write_report,
)
from case_files.steps import rule_of
from census.models import Dwelling, Inscription, Resident
from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.municipalities.models import Municipality
from core.municipalities.services import terms
from core.notifications.constants import CLOSED
from core.notifications.models import Notification, OutboxRow
from core.notifications.services import make_available, open_notification
from procedures.services import attach, find_definition, journey_of, save_step, start, submit
from procedures.steps import Step

from .people import Citizen

TEXT = {
    "eu": "Aurkeztutako dokumentazioa aztertuta, eskaera onartzen da.",
    "es": "Examinada la documentación presentada, se estima la solicitud.",
}
REPORT = {
    "eu": "Eskatutakoa bat dator indarrean dagoen araudiarekin.",
    "es": "Lo solicitado se ajusta a la normativa vigente.",
}
PAPER = Path(__file__).with_name("attachment.pdf")
Answers = dict[str, str | list[str]]  # input → what is typed, or chosen


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

    def file(self, code: str, answers: Answers) -> CaseFile:
        """A request from its draft to its receipt, as the citizen's pages file it."""
        definition = find_definition(code)
        if definition is None:
            raise KeyError(code)
        actor = self.applicant()
        draft, _token = start(procedure=definition, language=self.citizen.language, another=True, actor=actor)
        journey = journey_of(draft, email=self.user.email, actor=actor)
        sent = QueryDict(mutable=True)
        you = {"you_as": "self", "you_email": self.user.email, "you_channel": "electronic"}
        for name, value in {**you, "you_language": self.citizen.language, **answers}.items():
            sent.setlist(name, value if isinstance(value, list) else [value])
        step: Step | None = journey.steps[0]
        while step is not None:
            for slot in step.slots:
                if slot.required:
                    paper = SimpleUploadedFile(f"{slot.names['eu'][:40]}.pdf", PAPER.read_bytes())
                    attach(draft=draft, type_code=slot.code, file=paper, actor=actor)
            if not step.slots:
                form = save_step(draft=draft, journey=journey, step=step, data=sent, actor=actor)
                if not form.is_valid():
                    raise ValueError(f"{code}, {step.slug}: {form.errors.as_json()}")
            step = journey.after(step.slug)
        return CaseFile.objects.get(pk=submit(draft=draft, journey=journey, actor=actor).case_file_id)

    def task(self, case_file: CaseFile) -> CaseTask:
        """What is to be done, the first where several are open at once."""
        tasks = CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).select_related("case_file")
        return tasks.order_by("pk")[0]

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


def furnish_files(town: Municipality, citizen: Citizen, *, lives_here: bool = True) -> None:
    """One file in each state, where the town has none yet; runs inside the town's door."""
    if CaseFile.objects.exists():
        return
    desk = Desk(town, citizen)
    desk.file("REG-001", general("Kaleko argiteria", "Alumbrado de la calle", citizen))
    taken = desk.task(desk.file("REG-001", general("Zuhaitzak inaustea", "Poda de árboles", citizen)))
    take(task=taken, actor=desk.clerk(*rule_of(taken.step).roles))
    desk.decide(desk.file("REG-001", general("Espaloia konpontzea", "Arreglo de la acera", citizen)))
    corrected = desk.file("URB-002", works("Bainugela berritzea", "Reforma del baño", citizen))
    items = [
        {"text_eu": "Falta da obraren aurrekontu xehatua.", "text_es": "Falta el presupuesto detallado de la obra."}
    ]
    ask_correction(case_file=corrected, items=items, actor=desk.clerk(Role.HANDLER))
    windows = desk.file("URB-002", works("Leihoak aldatzea", "Cambio de ventanas", citizen))
    desk.until(windows, lambda task: rule_of(task.step).decides)
    desk.decide(desk.file("URB-002", works("Sukaldea berritzea", "Reforma de la cocina", citizen)))
    closed = desk.file("URB-002", works("Teilatua konpontzea", "Arreglo del tejado", citizen))
    desk.decide(closed)
    desk.read(closed)
    left = desk.file("URB-002", works("Itxitura berria", "Cierre nuevo", citizen))
    withdraw(case_file=left, key=f"demo:withdrawn:{left.reference}", actor=desk.applicant())
    if lives_here:
        _move(desk)
        slip: Answers = {"purpose": "school", "document_language": "bilingual", "delivery_channel": "download"}
        desk.file("PAD-006", slip)
    _receipts_later()


def _receipts_later() -> None:
    """Whoever has just started it all gets her own papers first: those of the demonstration wait for two minutes."""
    own = Document.objects.filter(template__in=("receipt", "application")).values_list("csv", flat=True)
    keys = [f"render:{csv}" for csv in own]
    OutboxRow.objects.filter(done_at=None, key__in=keys).update(not_before=timezone.now() + timedelta(minutes=2))


def general(eu: str, es: str, citizen: Citizen) -> Answers:
    """A general request about something."""
    if citizen.language == "es":
        return {"subject": es, "facts": f"Les escribo por esto: {es}.", "request": "Pido que se atienda."}
    return {"subject": eu, "facts": f"Honi buruz idazten dizuet: {eu}.", "request": "Kontuan hartzea eskatzen dut."}


def works(eu: str, es: str, citizen: Citizen) -> Answers:
    """Minor works in her own home."""
    said = f"{es}, sin tocar la estructura." if citizen.language == "es" else f"{eu}, egitura ukitu gabe."
    begins = terms.local_today() + timedelta(days=40)
    return {
        **_address("works_address", ("Kale Nagusia", "3", "2. EZK", "48360", citizen.town.title())),
        "works_type": ["kitchen"],
        "works_description": said,
        "works_budget": "8.400,00",
        **_date("start_date", begins),
        "duration_months": "2",
        **dict.fromkeys(("affects_structure", "scaffolding", "container"), "no"),
    }


def _address(name: str, parts: Sequence[str]) -> Answers:
    """Street, number, floor, postcode and town, each in its own box."""
    return {f"{name}_{at}": text for at, text in enumerate(parts)}


def _date(name: str, day: date) -> Answers:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def _move(desk: Desk) -> None:
    """A change of address, granted: the padron has followed it."""
    resident = Resident.objects.get(identifier=desk.citizen.number)
    inhabited = Inscription.objects.filter(ends_on=None).values("dwelling")
    empty = Dwelling.objects.exclude(pk__in=inhabited).select_related("street").exclude(floor="").first()
    if empty is None:
        return
    where = (empty.street.said("eu"), empty.number, f"{empty.floor}. {empty.door}".strip(), empty.postcode)
    answers = {
        **_address("current_address", ("Kale Nagusia", "90", "1. EZK", empty.postcode, desk.town.name_eu)),
        **_address("new_address", (*where, desk.town.name_eu)),
        **_date("move_date", terms.local_today() - timedelta(days=12)),
        "registrants_count": "1",
        "registrants_0_name": resident.given_name,
        "registrants_0_surnames": f"{resident.surname1} {resident.surname2}".strip(),
        "registrants_0_identifier": resident.identifier,
        "registrants_0_birth_date": resident.born_on.strftime("%d/%m/%Y"),
        "housing_title_type": "owner",
    }
    desk.decide(desk.file("PAD-003", answers))
