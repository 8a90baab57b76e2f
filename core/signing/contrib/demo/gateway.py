from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class DemoGateway:
    code = "demo"
    label = _("With a demonstration certificate")
    description = _("One that is made for you this very moment. This way does not exist in production.")
    icon = "shield-check"
    start = "signing:demo"
    pdf_only = True
    identified = False

    def check_config(self) -> list[tuple[str, str]]:
        if not settings.PRODUCTION:
            return []
        return [("Anybody may sign with nothing: the demo way is on.", "Take “demo” out of SIGNING_GATEWAYS.")]


GATEWAY = DemoGateway()


def refuse_production() -> None:
    """Asked again at every turn: a check can be skipped, this can not."""
    if settings.PRODUCTION or GATEWAY.code not in settings.SIGNING_GATEWAYS:
        raise ImproperlyConfigured("the demo way of signing does not work in production")
