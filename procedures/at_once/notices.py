"""How somebody is written to, and what she was notified of: NOT-001, NOT-002, NOT-003 and EUS-004."""

import re
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from case_files.models import CaseFile, CaseParty
from case_files.services import reach_party
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.municipalities.services import DomainError, number_asked
from core.notifications.constants import Channel, NotificationState
from core.notifications.models import Notification
from core.notifications.services import choose, open_notification, reject_notification
from procedures.automatic import CLERK, register_automatic
from procedures.forms.showing import address
from procedures.services.statements import Both, both, extract, statement

ALL = "all"
ADDRESS_OF = re.compile(r"notifications/(\d+)")
_LANGUAGES: dict[str, Both] = {
    "eu": ("Euskara", "Euskera"),
    "es": ("Gaztelania", "Castellano"),
    "bi": ("Euskara eta gaztelania", "Euskera y castellano"),
}


@register_automatic("NOT-001")
def subscribe(case_file: CaseFile, actor: Actor) -> Document:
    """From today she is notified on the screen, also in what is open already; a part of it, or a later day, is a
    clerk's (Ley 39/2015, art. 41.1)."""
    data = case_file.data
    if str(data["start_date"]) > timezone.localdate().isoformat():
        raise DomainError(_("Electronic notifications are to begin on a later day: note it then."), code=CLERK)
    chosen = {"channel": Channel.ELECTRONIC, "email": data["notice_email"], "phone": data.get("notice_phone", "")}
    _all(case_file)
    text = (
        "Aurrerantzean jakinarazpenak bide elektronikoz jasoko ditu. Edozein unetan alda dezake.",
        "En adelante recibirá las notificaciones por medios electrónicos. Puede cambiarlo en cualquier momento.",
    )
    lines = [(("Abisuak", "Avisos"), " · ".join(filter(None, (chosen["email"], chosen["phone"]))))]
    return _choose(case_file, chosen, ("Jakinarazpen elektronikoak", "Notificaciones electrónicas"), text, lines, actor)


@register_automatic("NOT-002")
def on_paper(case_file: CaseFile, actor: Actor) -> Document:
    """From today she is notified on paper, at this address."""
    _all(case_file)
    chosen = {"channel": Channel.PAPER, "address": case_file.data["postal_address"]}
    text = (
        "Aurrerantzean jakinarazpenak paperean jasoko ditu. Edozein unetan alda dezake.",
        "En adelante recibirá las notificaciones en papel. Puede cambiarlo en cualquier momento.",
    )
    lines = [(("Helbidea", "Dirección"), address(chosen["address"]))]
    return _choose(case_file, chosen, ("Jakinarazpenak paperean", "Notificaciones en papel"), text, lines, actor)


@register_automatic("EUS-004")
def choose_language(case_file: CaseFile, actor: Actor) -> Document:
    """The language in which she is written to and spoken with (Ley 10/1982, art. 6). Of everything, or of what she is
    notified: what is written to her is the same."""
    data = case_file.data
    written, spoken = str(data["language_written"]).replace("bilingual", "bi"), str(data["language_oral"])
    text = (
        "Udalarekiko harremanetan erabili nahi duen hizkuntza aukeratu du.",
        "Ha elegido la lengua en que quiere relacionarse con el Ayuntamiento.",
    )
    lines = [(("Idatziz", "Por escrito"), _LANGUAGES[written]), (("Ahoz", "De palabra"), _LANGUAGES[spoken])]
    title = ("Hizkuntza aukeratzea", "Elección de lengua")
    return _choose(case_file, {"language": written, "spoken": spoken}, title, text, lines, actor)


def _all(case_file: CaseFile) -> None:
    if case_file.data["scope"] != ALL:
        raise DomainError(
            _("Only a part of the notifications is meant: see which, and write it in those case files."), code=CLERK
        )


def _choose(case_file: CaseFile, chosen: dict[str, Any], title: Both, text: Both, lines: Any, actor: Actor) -> Document:
    """Keep it, tell the files that are open, and the proof of it."""
    if not actor.person_id:
        raise DomainError(_("Sign in to send this request. What you have written is saved."), code="level")
    choose(person_id=actor.person_id, case_reference=case_file.reference, chosen=chosen, actor=actor)
    changes = {name: value for name, value in chosen.items() if name != "spoken" and value not in ("", "bi")}
    if changes:
        reach_party(person_id=actor.person_id, changes=changes, actor=actor)
    party = CaseParty.objects.get(case_file=case_file)
    return statement(
        title=title,
        text=text,
        party=party.name,
        party_identifier=party.identifier,
        lines=lines,
        reference=case_file.reference,
        language=case_file.language,
        actor=actor,
    )


@register_automatic("NOT-003")
def read_notification(case_file: CaseFile, actor: Actor) -> Document:
    """Opens or rejects one of her notifications in this town hall, with the effect that the law gives it (Ley 39/2015,
    art. 43); one that is not found among hers is a clerk's."""
    found = _named(str(case_file.data["notification_id"]), actor)
    if case_file.data["action"] == "reject":
        done = reject_notification(notification=found, actor=actor)
    else:
        done = open_notification(notification=found, actor=actor)
    state = NotificationState(done.state)
    return extract(
        kind=DocumentKind.RECEIPT,
        title=("Jakinarazpenaren hartu-agiria", "Acuse de recibo de la notificación"),
        intro=(
            "Udalaren egoitza elektronikoan jasota dago jakinarazpen honekin gertatutakoa.",
            "En la sede electrónica del Ayuntamiento consta lo ocurrido con esta notificación.",
        ),
        lines=[
            (("Jakinarazpena", "Notificación"), (done.subject_eu, done.subject_es)),
            (("Zenbakia", "Número"), str(done.pk)),
            (("Espedientea", "Expediente"), done.reference),
            (("Eskuragarri", "Puesta a disposición"), _moment(done.available_at)),
            (both(lambda: state.label), _moment(done.closed_at)),
        ],
        holder=CaseParty.objects.get(case_file=case_file).identifier,
        reference=case_file.reference,
        language=case_file.language,
        actor=actor,
    )


def _named(told: str, actor: Actor) -> Notification:
    """Hers, by its number, by the address of its page, or by its case file where only one of it waits."""
    hers = Notification.objects.filter(person_id=actor.person_id, legal=True, channel=Channel.ELECTRONIC)
    hers = hers.exclude(state=NotificationState.CREATED)
    number = number_asked(next(iter(ADDRESS_OF.findall(told)), told.strip()))
    if number is not None:
        found = list(hers.filter(pk=number))
    else:
        found = list(hers.filter(reference=told.strip().upper(), state=NotificationState.AVAILABLE))
    if len(found) != 1:
        raise DomainError(
            _("No electronic notification of the applicant has this number at this town hall."), code=CLERK
        )
    return found[0]


def _moment(at: Any) -> Both | str:
    return both(lambda: date_format(timezone.localtime(at), "DATETIME_FORMAT")) if at else ""
