"""A town's ways to pay: its secrets, and the addresses that gateways notify."""

from django.conf import settings
from django.db import transaction

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.payments.models import CallbackToken, PaymentMethod
from core.payments.secrets import seal


@transaction.atomic
def keep_method(*, method: PaymentMethod, secret: str = "", actor: Actor) -> PaymentMethod:
    """Save a way to pay of the open town; an empty `secret` leaves the one it has. The audit never holds it."""
    require(actor, Role.TOWN_ADMINISTRATOR)
    is_new = method.pk is None
    if secret:
        method.sealed_secret = seal(method, secret)
    method.save()
    if is_new:
        CallbackToken.objects.create(token=method.token, municipality_id=method.municipality_id or 0)
    record("payments.method_kept", actor=actor, target=method, data={"secret": bool(secret)})
    return method


def notify_address(token: str) -> str:
    """Where gateways notify: of no town and no language, for the token says which town it is."""
    return f"{settings.BASE_URL.rstrip('/')}/payments/{token}/"
