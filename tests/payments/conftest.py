"""A town with its ways to pay, and something to be paid in it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.municipalities.scope import acting_for
from core.payments.constants import GatewayCode
from core.payments.models import Charge, PaymentMethod
from core.payments.services import Addresses, charge, forget_tariffs, keep_method
from tests.cast import Cast

SECRET = "sq7HjrUOBfKmC576ILgskD5srU870gJ7"  # Redsys' public test key
MERCHANT, TERMINAL, ISSUER, SUFFIX = "999008881", "1", "480640", "501"
ADDRESSES = Addresses("http://testserver/ok", "http://testserver/ko", "http://testserver/payments/TOKEN/")


@pytest.fixture(autouse=True)
def fresh_tariffs() -> Iterator[None]:
    """Tariffs live in memory; no test may see another's."""
    forget_tariffs()
    yield
    forget_tariffs()


@pytest.fixture
def town(cast: Cast) -> Cast:
    """Mundaka with every way to pay; Balmaseda has none."""
    with acting_for(cast.mundaka.pk):
        for position, code in enumerate(GatewayCode):
            method = PaymentMethod(
                gateway=code, merchant=MERCHANT, terminal=TERMINAL, issuer=ISSUER, suffix=SUFFIX, position=position
            )
            keep_method(method=method, secret=SECRET if code == GatewayCode.REDSYS else "", actor=cast.clerk())
    return cast


@pytest.fixture
def owe(town: Cast) -> Callable[..., Charge]:
    """`owe(cents)`: Ane owes so much to Mundaka."""
    count = iter(range(1, 100))

    def make(cents: int = 4500, **more: Any) -> Charge:
        number = next(count)
        values: dict[str, Any] = {
            "key": f"test:{number}",
            "amount_cents": cents,
            "concept": {"eu": "Lizentzia", "es": "Licencia", "en": "Licence"},
            "person_id": town.ane.person_id,
            "payer_name": "Ane Etxebarria Uriarte",
            "payer_identifier": "12345678Z",
            "case_reference": f"MUN-2026-{number:06d}",
            "due_on": timezone.localdate() + timedelta(days=30),
            "actor": town.clerk(),
        }
        with acting_for(town.mundaka.pk):
            return charge(**(values | more))

    return make


def now_at(row: Any) -> Any:
    """The row as it stands in the database."""
    with acting_for(row.municipality_id):
        return type(row).objects.get(pk=row.pk)
