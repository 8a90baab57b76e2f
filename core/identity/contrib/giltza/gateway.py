from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _


class GiltzaGateway:
    code = "giltza"
    label = "Giltza (BAK, BAKQ)"
    description = _("With your BAK or BAKQ, or with a certificate, on Izenpe's page.")
    icon = "key-round"
    start = "identity:giltza"

    def check_config(self) -> list[tuple[str, str]]:
        troubles = []
        if not settings.GILTZA_CLIENT_ID or not settings.GILTZA_CLIENT_SECRET:
            hint = "Set GILTZA_CLIENT_ID and GILTZA_CLIENT_SECRET, which Izenpe gives to each integrator."
            troubles.append(("Giltza has no client identifier.", hint))
        if settings.PRODUCTION and urlsplit(settings.GILTZA_BASE_URL).scheme != "https":
            troubles.append(("Giltza would be asked without encryption.", "GILTZA_BASE_URL starts with https://."))
        return troubles


GATEWAY = GiltzaGateway()
