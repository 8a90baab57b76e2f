"""When two persons turn out to be one, her files follow her; when a power ends, whoever acted by it leaves them."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from case_files.constants import Capacity
from case_files.models import CaseFile, CaseParty
from core.audit.services import Actor
from core.identity.models import Person
from core.identity.services import account_of, find_person, kind_of_number
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import terms
from core.notifications.constants import CLOSED, Channel, NotificationState
from core.notifications.models import Notification
from core.notifications.services import hand_over, notify, preference_of
from core.payments.services import hand_over_charges
from core.representation.constants import Scope
from core.representation.models import Power
from core.signing.services import cancel_of

from .base import ENDED, lock, parties_of, save, write
from .engine import is_electronic, note_tasks, open_once

CHOSEN = ("channel", "email", "phone", "address", "language")


def follow_person(old_id: int, new_id: int) -> None:
    """Re-point the party rows of the person that was merged, in every town where she has any."""
    with reading_own(old_id):
        towns = set(CaseParty.objects.filter(person_id=old_id).values_list("municipality_id", flat=True))
    for town in sorted(town for town in towns if town):
        with acting_for(town):
            CaseParty.objects.filter(person_id=old_id).update(person_id=new_id)


def end_representation(power: Power, actor: Actor) -> None:
    """Whoever filed by this power acts, reads and is told no more: from today each of its files is the represented's
    own again, in every town (Ley 39/2015, arts. 5.1 and 6.6). Registered with `on_power_ended`.

    What was put at her disposal while the power was good is validly notified: its ten days go on (art. 43.2), or a
    power taken back would stop any term. But only whoever is represented may open or reject it now, for opening it is
    an act of its own, which needs a power when it is done (art. 5.1): it is handed over to her, with the same last
    day, and a new e-mail. Where it can't be, because nobody has proved that identity or she is written to on paper,
    it stays with whoever had it and goes to the represented on paper too; the first to arrive counts (art. 41.7).
    """
    towns = {power.municipality_id or 0}
    agent = find_person(kind_of_number(power.agent_identifier) or "", power.agent_identifier)
    if power.scope == Scope.GENERAL and agent:
        with reading_own(agent.pk):
            hers = CaseParty.objects.filter(power=power.number)
            towns |= {town for town in hers.values_list("municipality_id", flat=True) if town}
    for town in sorted(towns):
        with acting_for(town):
            rows = CaseParty.objects.filter(power=power.number, identifier=power.agent_identifier)
            for party in rows.exclude(capacity=Capacity.FORMER).select_related("represents__person", "case_file"):
                _leave(party, power, actor)


def _leave(party: CaseParty, power: Power, actor: Actor) -> None:
    """The party's last whole day is yesterday, or the last one of a power that ran out."""
    # before the file's row, as whoever opens one does
    waiting = Notification.objects.filter(reference=party.case_file.reference, legal=True, person=party.person_id)
    told = list(waiting.exclude(state__in=CLOSED).select_for_update(of=("self",)).order_by("pk"))
    case_file, represented = lock(party.case_file), party.represents
    party.valid_to = min(power.valid_to, terms.local_today() - timedelta(days=1))
    party.save(update_fields=["valid_to"])
    if case_file.state in ENDED or represented is None:
        return
    _take_contact(represented)
    stays = {one.person_id for one in parties_of(case_file)}
    if party.person_id and party.person_id not in stays:
        for notification in told:
            _pass_on(notification, represented, case_file, actor=actor)
        cancel_of(
            case_reference=case_file.reference,
            persons={party.person_id},
            reason=_("The power by which whoever was asked acted has ended."),
            actor=actor,
        )
        if represented.person_id:
            hand_over_charges(
                case_reference=case_file.reference, person_id=party.person_id, to=represented.person_id, actor=actor
            )
    save(case_file)
    params = {"name": party.name, "represented": represented.name, "power": party.power}
    write(case_file, "power_ended", actor=actor, params=params)
    _tell_clerk(case_file, party, represented)
    _tell_represented(case_file, party, represented, power, actor)


def _take_contact(represented: CaseParty) -> None:
    """How she has asked this town hall to reach her; the representative filed without saying it."""
    chosen = preference_of(represented.person_id)
    account = account_of(represented.person) if represented.person else None
    known = {"email": account.email if account else "", **({} if chosen is None else vars(chosen))}
    for name in CHOSEN:
        value = known.get(name)
        if value and value != "bi" and (chosen is not None or not getattr(represented, name)):
            setattr(represented, name, value)
    represented.save(update_fields=[*CHOSEN])


def _pass_on(notification: Notification, represented: CaseParty, case_file: CaseFile, *, actor: Actor) -> None:
    """What is waiting to be opened reaches the represented; see `end_representation`."""
    channel = Channel.ELECTRONIC if is_electronic(represented) else Channel.PAPER
    email = "" if case_file.discreet else represented.email
    ready = notification.state == NotificationState.AVAILABLE
    if not ready or (notification.channel == channel and not notification.attempts.exists()):
        hand_over(
            notification=notification,
            person=represented.person,
            email=email,
            language=represented.language,
            channel=channel,
            actor=actor,
        )
    else:
        notify(
            person=represented.person,
            email=email,
            language=represented.language,
            subject_eu=notification.subject_eu,
            subject_es=notification.subject_es,
            body_eu=notification.body_eu,
            body_es=notification.body_es,
            reference=notification.reference,
            document=notification.document,
            legal=True,
            channel=channel,
            actor=actor,
        )
    if channel == Channel.PAPER and case_file.step in ("notify", "close"):
        open_once(case_file, case_file.step)  # somebody takes it to the post


def _tell_clerk(case_file: CaseFile, party: CaseParty, represented: CaseParty) -> None:
    with override("es" if case_file.language == "es" else "eu"):
        words = _("%(name)s no longer acts for %(represented)s: the power %(power)s has ended.")
        note = words % {"name": party.name, "represented": represented.name, "power": party.power}
        if not is_electronic(represented) and not represented.address:
            note += " " + _("It is not known where to write to now: ask for an address.")
    note_tasks(case_file, note)


def _tell_represented(
    case_file: CaseFile, party: CaseParty, represented: CaseParty, power: Power, actor: Actor
) -> None:
    """She goes on herself now; of a child or a company, whoever gave the power is told, unless it was her own."""
    person: Person | None = represented.person
    if person is None and power.granted_by_id != party.person_id:
        person = power.granted_by
    if person is None:
        return
    account = account_of(person)
    notify(
        person=person,
        email="" if case_file.discreet or account is None else account.email,
        language=account.language if account else represented.language,
        subject_eu=f"{case_file.reference}: ordezkaririk gabe jarraitzen du",
        subject_es=f"{case_file.reference}: sigue sin representante",
        body_eu=(
            f"{party.name} ez da gehiago arituko espediente honetan, ahalordea amaitu delako: «{case_file.title_eu}» "
            f"({represented.name}). Aurrerantzean interesdunak berak jarraitzen du: jakinarazpenak berari bidaliko "
            "dizkiogu. Beste ordezkari bat ere izenda daiteke."
        ),
        body_es=(
            f"{party.name} ya no actúa en este expediente, porque el poder ha terminado: «{case_file.title_es}» "
            f"({represented.name}). A partir de ahora sigue la propia persona interesada, a quien enviaremos las "
            "notificaciones. También se puede nombrar a otro representante."
        ),
        reference=case_file.reference,
        actor=actor,
    )
