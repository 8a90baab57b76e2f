from django.utils.translation import gettext_lazy as _


class CodeGateway:
    code = "code"
    label = _("With a one-time code")
    description = _("We send a code of six digits to your e-mail address, and you type it here. Nothing to install.")
    icon = "mail"
    start = "signing:code_send"
    pdf_only = False
    identified = True

    def check_config(self) -> list[tuple[str, str]]:
        return []


GATEWAY = CodeGateway()
