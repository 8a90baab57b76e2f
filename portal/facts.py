"""What a citizen wants to know of a procedure at a glance, in words: cost, time, identification, silence."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from core.payments.constants import TariffKind
from core.payments.services import find_tariff, to_cents
from procedures.constants import IdentityLevel, Initiation
from procedures.models import Procedure
from procedures.services import Offer, elsewhere_of, is_answered_at_once, term_of


def money(cents: int) -> str:
    """`43,20 €` as the reader's language writes it."""
    return f"{number_format(cents / 100, 2, use_l10n=True, force_grouping=True)} €"


def fee(procedure: Procedure, offer: Offer | None) -> str:
    """The town's own tariff if it has set one, else the province's usual."""
    tariff = find_tariff((offer.municipality_id if offer else None) or 0, procedure.code)
    if tariff is None or tariff.kind == TariffKind.FREE:
        return gettext("Free of charge")
    if tariff.kind == TariffKind.FIXED and tariff.amount is not None:
        return money(to_cents(tariff.amount))
    return gettext("It depends on the case")


def term(procedure: Procedure) -> str:
    """How long an answer may take by law, or at once."""
    value, unit = term_of(procedure)
    if is_answered_at_once(procedure) or unit == "immediate":
        return gettext("At once")
    if not value:
        return gettext("No fixed term")
    if unit == "working_days":
        return ngettext("%(n)d working day at most", "%(n)d working days at most", value) % {"n": value}
    if unit == "days":
        return ngettext("%(n)d calendar day at most", "%(n)d calendar days at most", value) % {"n": value}
    return ngettext("%(n)d month at most", "%(n)d months at most", value) % {"n": value}


def promise(procedure: Procedure) -> str:
    """What the town hall usually takes, where it says so."""
    days = procedure.sla_days
    if not days or is_answered_at_once(procedure):
        return ""
    return ngettext("Usually %(n)d working day", "Usually %(n)d working days", days) % {"n": days}


def level(procedure: Procedure, offer: Offer | None) -> str:
    return (offer.identity_level if offer else "") or procedure.identity_level


def identification(procedure: Procedure, offer: Offer | None) -> str:
    words = {
        IdentityLevel.NONE: gettext("Without identifying yourself"),
        IdentityLevel.EMAIL: gettext("With your account"),
        IdentityLevel.CERTIFICATE: gettext("With certificate or BakQ"),
    }
    return words[IdentityLevel(level(procedure, offer))]


def silence(procedure: Procedure) -> str:
    """What no answer in time means (Ley 39/2015, art. 24)."""
    words = {
        "positive": gettext("If there is no answer in time, it counts as granted."),
        "negative": gettext("If there is no answer in time, you may take it as denied and appeal."),
    }
    return words.get(procedure.silence, "")


FORWARDED = "REGS"  # the workflow of what the town hall registers for another administration (Ley 39/2015, art. 16.4)


def where(procedure: Procedure, offer: Offer) -> str:
    """What must be known before anybody begins: that it is done in person, by others, or not here on line; empty where
    it is simply begun."""
    if offer.provider:
        return gettext("The town hall does not do this itself: %(provider)s does. Ask there.") % {
            "provider": offer.provider
        }
    if procedure.initiation == Initiation.IN_PERSON:
        return gettext("This is done in person, at the office: bring your identity document.")
    if not offer.is_online:
        return gettext("This page informs: this town hall does not take the request on line.")
    if other := elsewhere_of(procedure.code):
        return other.text
    if procedure.workflow.code == FORWARDED:
        return gettext("Another administration decides this: the town hall registers your request and sends it there.")
    return ""


def is_begun_here(procedure: Procedure, offer: Offer) -> bool:
    """Whether its page has a button that begins it."""
    return offer.is_taken and procedure.initiation != Initiation.IN_PERSON


def at_a_glance(procedure: Procedure, offer: Offer | None) -> dict[str, Any]:
    """What a line of a list shows."""
    return {
        "procedure": procedure,
        "fee": fee(procedure, offer),
        "term": promise(procedure) or term(procedure),
        "identification": identification(procedure, offer),
    }
