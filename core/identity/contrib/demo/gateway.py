from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class DemoGateway:
    code = "demo"
    label = _("Demonstration people")
    description = _("Be one of some invented people. This way does not exist in production.")
    icon = "users"
    start = "identity:demo"

    def check_config(self) -> list[tuple[str, str]]:
        if not settings.PRODUCTION:
            return []
        return [("Anybody may be anybody: the demo gateway is on.", "Take “demo” out of IDENTITY_GATEWAYS.")]


GATEWAY = DemoGateway()


def refuse_production() -> None:
    """Asked again by every page of this gateway: a check can be skipped, this can not."""
    if settings.PRODUCTION or GATEWAY.code not in settings.IDENTITY_GATEWAYS:
        raise ImproperlyConfigured("the demo gateway does not work in production")
