"""How each verb of the padron, of money and of the appointments is called once: a part of the table in `verbs`."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from case_files.models import CaseFile
from case_files.services import fees
from census import services as census
from census.constants import SlipLanguage, Variation
from census.services import changing, residence, statements, statistics
from core.audit.services import Actor
from core.identity.services import towns
from core.municipalities.models import Theme
from core.payments import services as payments
from core.payments.constants import AttemptState, GatewayCode, GivesBack, MessageKind
from core.payments.cuaderno60 import Paid, write_line
from core.payments.gateways import Verdict
from core.payments.models import Charge, PaymentAttempt, PaymentMethod, Refund, Tariff
from core.payments.services import crediting, refunding
from portal import services as portal
from tests.appointments.desks import at, booked, make_desk, make_office, make_service, next_monday
from tests.case_files.files import do, opened, walk_to
from tests.cast import Cast
from tests.census import people
from tests.payments.conftest import ADDRESSES, ISSUER, SUFFIX
from town_hall.appointments import services as appointments
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, Service

Act = Callable[[], object]
DAY = date(2026, 3, 2)


def of_resident(verb: Callable[..., Any], **more: Any) -> Callable[[Cast], Act]:
    """An officer's verb of somebody who lives here."""
    return lambda cast: partial(verb, resident=people.ane(), actor=people.officer(cast), **more)


def entered(cast: Cast) -> Act:
    return partial(
        residence.enter_as_granted, personal=people.personal(), dwelling=people.dwelling(), on=DAY,
        variation=Variation.ARRIVAL, case_reference="X", actor=people.officer(cast),
    )  # fmt: skip


def has_left(cast: Cast) -> Act:
    resident = people.ane()
    census.remove(resident=resident, variation=Variation.DEPARTURE, on=DAY, actor=people.officer(cast))
    return partial(
        statements.left_certificate, resident=resident, purpose="x", reference="X", actor=people.officer(cast)
    )


def counted(cast: Cast) -> Act:
    people.ane()
    case_file = opened(cast, "INST", code="PAD-019", automatic=True)
    case_file.data = {"reference_date": "2026-01-01", "format": "csv", "statistic_breakdown": ["sex"]}
    return partial(statistics.population, case_file, actor=cast.citizen(cast.ane))


def at_the_census(cast: Cast) -> CaseFile:
    """A granted arrival, which always waits for a clerk."""
    case_file = opened(cast, "PADR", code="PAD-001")
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    return case_file


def settled_by_hand(cast: Cast) -> Act:
    """The step ends only once the census has changed with the file."""
    resident = people.ane()

    def work(reference: str, actor: Actor) -> object:
        return residence.change_as_granted(
            resident=resident, changes={"given_name": "Ane Miren"}, case_reference=reference, actor=actor
        )

    return partial(changing.settle, case_file=at_the_census(cast), work=work, actor=people.officer(cast))


def owed(cast: Cast) -> Act:
    return partial(
        payments.charge, key="k", amount_cents=4500, concept={"eu": "Lizentzia", "es": "Licencia"},
        person_id=cast.ane.person_id, payer_name="Ane Etxebarria", payer_identifier="12345678Z",
        due_on=timezone.localdate() + timedelta(days=30), actor=cast.clerk(),
    )  # fmt: skip


def charged(cast: Cast) -> Charge:
    made: Any = owed(cast)()
    assert isinstance(made, Charge)
    return made


def way(gateway: GatewayCode) -> PaymentMethod:
    return PaymentMethod(gateway=gateway, issuer=ISSUER, suffix=SUFFIX)


def beginning(cast: Cast, gateway: GatewayCode = GatewayCode.DEMO) -> Callable[[], payments.Begun]:
    payments.keep_method(method=way(gateway), actor=cast.clerk())
    return partial(
        payments.begin_payment, charge=charged(cast), gateway=gateway, addresses=ADDRESSES, language="eu",
        actor=cast.citizen(cast.ane),
    )  # fmt: skip


def notified(cast: Cast) -> Callable[[], PaymentAttempt]:
    attempt = beginning(cast)().attempt
    verdict = Verdict(AttemptState.PAID, attempt.amount_cents)
    return partial(
        crediting.apply_verdict, attempt, verdict, kind=MessageKind.NOTIFICATION, actor=cast.citizen(cast.ane)
    )


def looked_at(cast: Cast) -> Act:
    attempt = beginning(cast)().attempt
    verdict = Verdict(AttemptState.PAID, attempt.amount_cents + 1)
    wrong = crediting.apply_verdict(attempt, verdict, kind=MessageKind.ANSWER, actor=cast.citizen(cast.ane))
    return partial(
        payments.set_aside, attempt=wrong, gives_back=GivesBack.BY_HAND, reason="Beste bat", actor=cast.clerk()
    )


def doubted(cast: Cast) -> Act:
    file = opened(cast)
    attempt = beginning(cast)().attempt
    Charge.objects.filter(pk=attempt.charge_id).update(case_reference=file.reference)
    return partial(fees.note_doubt, attempt.pk, "payment_doubted", actor=cast.clerk())


def refunding_it(cast: Cast) -> Callable[[], Refund]:
    return partial(payments.refund, attempt=notified(cast)(), reason="Bi aldiz", actor=cast.clerk())


def sent_back(cast: Cast) -> Refund:
    refund = refunding.claim(refunding_it(cast)().pk)
    assert refund
    return refund


def going_back(cast: Cast) -> Act:
    return partial(refunding.claim, refunding_it(cast)().pk, actor=cast.clerk())


def receipt_taken(cast: Cast) -> Act:
    """Paid, and nothing in the file waits for it."""
    paid = notified(cast)().charge
    Charge.objects.filter(pk=paid.pk).update(case_reference=opened(cast).reference)
    return partial(fees.take_payment, paid.pk, actor=cast.clerk())


def look_changed(cast: Cast) -> Act:
    theme = Theme.objects.get(municipality=cast.mundaka)
    theme.scene = "port"
    return partial(portal.keep_look, theme=theme, actor=cast.clerk())


def bank_answered(cast: Cast) -> Act:
    refund = sent_back(cast)
    return partial(refunding.close, refund, Verdict(AttemptState.REFUNDED, refund.amount_cents), actor=cast.clerk())


def return_file(cast: Cast) -> Act:
    attempt = beginning(cast, GatewayCode.BANK_SLIP)().attempt
    assert attempt.document
    slip = attempt.document.context
    number = slip["slip_reference"]
    paid = Paid(
        1, slip["issuer"], number[:10], number[10:], slip["identification"], attempt.amount_cents, timezone.localdate()
    )
    return partial(payments.take_return_file, content=write_line(paid).encode(), name="C60.txt", actor=cast.clerk())


def tariff_copied(cast: Cast) -> Act:
    payments.load_tariffs()
    usual = Tariff.objects.get(municipality=None, procedure_code="CEM-003")
    return partial(payments.copy_tariff, tariff=usual, actor=cast.clerk())


def at_a_desk() -> tuple[Service, Desk]:
    service = make_service()
    return service, make_desk(make_office(), service)


def of_booking(verb: Callable[..., Any], **more: Any) -> Callable[[Cast], Act]:
    return lambda cast: partial(verb, booking=booked(cast, *at_a_desk()), actor=cast.citizen(cast.ane), **more)


def moved_to(cast: Cast) -> Act:
    return of_booking(appointments.move, starts_at=at(next_monday(), "10:00"))(cast)


def arrived(cast: Cast) -> Act:
    """Nobody arrives before the day of her appointment."""
    booking, now = booked(cast, *at_a_desk()), timezone.now()
    Booking.objects.filter(pk=booking.pk).update(starts_at=now, ends_at=now + timedelta(minutes=30))
    return partial(appointments.attend, booking=booking, state=State.ARRIVED, actor=cast.clerk())


def blocking(cast: Cast) -> Callable[[], Booking]:
    day = next_monday()
    return partial(
        appointments.block, desk=at_a_desk()[1], starts_at=at(day, "09:00"), ends_at=at(day, "10:00"),
        reason="Bilera", actor=cast.clerk(),
    )  # fmt: skip


ACTS: dict[str, Callable[[Cast], Act]] = {
    "census.certificate": of_resident(statements.certificate, language=SlipLanguage.BOTH),
    "census.left_certificate": has_left,
    "census.negative_certificate": lambda cast: partial(
        statements.negative_certificate, name="Mikel Otsoa", identifier="00000023T", purpose="x", reference="X",
        actor=people.officer(cast),
    ),
    "census.household_slip": of_resident(statements.household_slip, language=SlipLanguage.BOTH),
    "census.population": counted,
    "census.change_personal_data": of_resident(census.change_personal_data, changes={"given_name": "Ane Miren"}),
    "census.change_as_granted": of_resident(
        residence.change_as_granted, changes={"given_name": "Ane Miren"}, case_reference="X"
    ),
    "census.confirm_staying": of_resident(census.confirm_staying, variation=Variation.CONFIRMATION),
    "census.stays_as_declared": of_resident(
        residence.stays_as_declared, variation=Variation.CONFIRMATION, case_reference="X"
    ),
    "census.enter_as_granted": entered,
    "census.remove_as_granted": of_resident(
        residence.remove_as_granted, variation=Variation.DEATH, on=DAY, case_reference="X"
    ),
    "census.settle": settled_by_hand,
    "core.identity.change_town": lambda cast: partial(
        towns.change_town, cast.mundaka, changes={"dir3": "L01480642"}, actor=cast.clerk()
    ),
    "core.payments.keep_method": lambda cast: partial(
        payments.keep_method, method=way(GatewayCode.DEMO), actor=cast.clerk()
    ),
    "core.payments.copy_tariff": tariff_copied,
    "core.payments.charge": owed,
    "core.payments.cancel": lambda cast: partial(
        payments.cancel, charge=charged(cast), reason="Bertan behera", actor=cast.clerk()
    ),
    "core.payments.begin_payment": beginning,
    "core.payments.apply_verdict": notified,
    "core.payments.refund": refunding_it,
    "core.payments.set_aside": looked_at,
    "case_files.note_doubt": doubted,
    "core.payments.claim": going_back,
    "core.payments.close": bank_answered,
    "case_files.take_payment": receipt_taken,
    "portal.keep_look": look_changed,
    "core.payments.close_by_hand": lambda cast: partial(
        payments.close_by_hand, refund=sent_back(cast), done=True, actor=cast.clerk()
    ),
    "core.payments.take_return_file": return_file,
    "town_hall.appointments.book": lambda cast: partial(booked, cast, *at_a_desk()),
    "town_hall.appointments.move": moved_to,
    "town_hall.appointments.cancel": of_booking(appointments.cancel),
    "town_hall.appointments.attend": arrived,
    "town_hall.appointments.day_of": lambda cast: partial(appointments.day_of, next_monday(), actor=cast.clerk()),
    "town_hall.appointments.block": blocking,
    "town_hall.appointments.unblock": lambda cast: partial(
        appointments.unblock, booking=blocking(cast)(), actor=cast.clerk()
    ),
}  # fmt: skip
