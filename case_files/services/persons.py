"""When two persons turn out to be one, her files follow her; when a power ends, whoever acted by it leaves them."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import Capacity
from case_files.models import CaseFile, CaseParty
from core.audit.services import Actor
from core.identity.models import Person, PersonIdentifier
from core.identity.services import account_of
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
from .papers import bilingual

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
    # whoever has got another number since is the same one; her files may name the old one, or her passport
    held = PersonIdentifier.objects.filter(kind__in=("nif", "nie"), value=power.agent_identifier)
    agents, towns = set(held.values_list("person_id", flat=True)), {power.municipality_id or 0}
    if power.scope == Scope.GENERAL:
        for agent in agents:
            with reading_own(agent):
                hers = CaseParty.objects.filter(power=power.number)
                towns |= {town for town in hers.values_list("municipality_id", flat=True) if town}
    for town in sorted(towns):
        with acting_for(town):
            _end_here(power, agents, actor)


def _end_here(power: Power, agents: Collection[int], actor: Actor) -> None:
    """In the open town. Two towns may have given the same number, so its representative counts too."""
    hers = Q(identifier=power.agent_identifier) | Q(person__in=agents)
    rows = CaseParty.objects.filter(hers, power=power.number, capacity=Capacity.REPRESENTATIVE)
    parties = list(rows.select_related("represents__person", "case_file").order_by("case_file", "pk"))
    # all of them before the first file: whoever lets them lapse holds those of many files, and then asks for the files
    list(_waiting([party.case_file for party in parties]).select_for_update(of=("self",)))
    for party in parties:
        _leave(party, power, actor)


def _waiting(case_files: Iterable[CaseFile]) -> QuerySet[Notification]:
    references = {one.reference for one in case_files}
    rows = Notification.objects.filter(reference__in=references, legal=True)
    return rows.exclude(state__in=CLOSED).order_by("pk")


def _leave(party: CaseParty, power: Power, actor: Actor) -> None:
    """The party's last whole day is yesterday, or the last one of a power that ran out."""
    case_file, represented = lock(party.case_file), party.represents
    party.valid_to = min(power.valid_to, terms.local_today() - timedelta(days=1))
    party.save(update_fields=["valid_to"])
    if represented is None:
        return
    gone = party.person_id if party.person_id not in {one.person_id for one in parties_of(case_file)} else None
    if gone and represented.person_id:  # a debt outlives the file
        hand_over_charges(case_reference=case_file.reference, person_id=gone, to=represented.person_id, actor=actor)
    if case_file.state in ENDED:
        return
    _take_contact(represented)
    if gone:
        _take_over(gone, represented, case_file, actor=actor)
    save(case_file)
    params = {"name": party.name, "represented": represented.name, "power": party.power}
    write(case_file, "power_ended", actor=actor, params=params)
    _tell_clerk(case_file, party, represented)
    _tell_represented(case_file, party, represented, power, actor)


def _take_over(gone: int, represented: CaseParty, case_file: CaseFile, *, actor: Actor) -> None:
    """Also what was put at her disposal since the town's were locked: nobody can any more, for the file is held."""
    told = _waiting([case_file]).filter(person=gone)
    for notification in told.select_for_update(of=("self",), skip_locked=True):
        _pass_on(notification, represented, case_file, actor=actor)
    reason = bilingual(gettext_noop("The power by which whoever was asked acted has ended."))
    cancel_of(case_reference=case_file.reference, persons={gone}, reason=reason, actor=actor)


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
    params = {"name": party.name, "represented": represented.name, "power": party.power}

    def words() -> str:
        note = _("%(name)s no longer acts for %(represented)s: the power %(power)s has ended.") % params
        if not is_electronic(represented) and not represented.address:
            note += " " + _("It is not known where to write to now: ask for an address.")
        return note

    note_tasks(case_file, words)


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
