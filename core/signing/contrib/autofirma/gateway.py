from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AutofirmaGateway:
    code = "autofirma"
    label = _("With your certificate, in AutoFirma")
    description = _("DNIe, Izenpe, ONA, BizkaiBai or FNMT, with the AutoFirma programme in your computer or telephone.")
    icon = "id-card"
    start = "signing:autofirma_begin"
    pdf_only = True
    identified = False

    def check_config(self) -> list[tuple[str, str]]:
        if settings.PRODUCTION and urlsplit(settings.BASE_URL).scheme != "https":
            return [("AutoFirma would bring documents without encryption.", "BASE_URL starts with https://.")]
        return []


GATEWAY = AutofirmaGateway()
