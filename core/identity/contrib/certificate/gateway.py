from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

SHORTEST_SECRET = 24


class CertificateGateway:
    code = "certificate"
    label = _("Certificate or identity card")
    description = _("DNIe, Izenpe, ONA, BizkaiBai or FNMT, in your card reader or in your browser.")
    icon = "id-card"
    start = "identity:certificate"

    def check_config(self) -> list[tuple[str, str]]:
        troubles = []
        if urlsplit(settings.CERTIFICATE_HOST).scheme != "https":
            hint = "CERTIFICATE_HOST is an address such as https://cert.example.eus; see deploy/nginx."
            troubles.append(("The certificate gateway has no host.", hint))
        if len(settings.CERTIFICATE_PROXY_SECRET) < SHORTEST_SECRET:
            hint = f"CERTIFICATE_PROXY_SECRET: at least {SHORTEST_SECRET} random characters, the same in nginx."
            troubles.append(("Anybody could pretend to be the proxy that reads certificates.", hint))
        return troubles


GATEWAY = CertificateGateway()


def host() -> str:
    """Name of the certificate host, without port; empty where there is none."""
    return urlsplit(settings.CERTIFICATE_HOST).hostname or ""
