from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _


class CloudGateway:
    code = "cloud"
    label = _("With your certificate in the cloud")
    description = _("On the page of the service that keeps your certificate. You need no card and no programme.")
    icon = "cloud-check"
    start = "signing:cloud_begin"
    pdf_only = True
    identified = False

    def check_config(self) -> list[tuple[str, str]]:
        troubles = []
        if not settings.CSC_URL:
            troubles.append(("The signing service in the cloud has no address.", "Set CSC_URL to its CSC API v2."))
        if not settings.CSC_CLIENT_ID or not settings.CSC_CLIENT_SECRET:
            hint = "Set CSC_CLIENT_ID and CSC_CLIENT_SECRET, which the service gives to each integrator."
            troubles.append(("The portal is nobody to the signing service.", hint))
        if settings.PRODUCTION and any(urlsplit(url).scheme != "https" for url in (settings.CSC_URL, oauth_url())):
            hint = "CSC_URL and CSC_OAUTH_URL start with https://."
            troubles.append(("The signing service would be asked without encryption.", hint))
        return troubles


def oauth_url() -> str:
    """Where its OAuth pages are: beside the API, unless it says otherwise."""
    return str(settings.CSC_OAUTH_URL or settings.CSC_URL)


GATEWAY = CloudGateway()
