"""Ways to pay in the demonstration: a bank that is none, and slips of an invented issuer."""

from core.municipalities.models import Municipality
from core.payments.constants import GatewayCode
from core.payments.models import CallbackToken, PaymentMethod


def furnish_payments(town: Municipality) -> None:
    """Runs inside the town's door, any number of times."""
    known = set(PaymentMethod.objects.filter(municipality=town).values_list("gateway", flat=True))
    for position, code in enumerate((GatewayCode.DEMO, GatewayCode.BANK_SLIP)):
        if code not in known:
            issuer = f"{town.ine_code or town.pk:0>5}0"[-6:]
            method = PaymentMethod.objects.create(gateway=code, issuer=issuer, suffix="501", position=position)
            CallbackToken.objects.create(token=method.token, municipality=town)
