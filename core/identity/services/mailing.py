"""Codes and warnings of an account, by e-mail: at once, or a clear word that it could not be sent.

They do not go through the outbox. A code is awaited by somebody who looks at the page that asks for it and is worth
nothing a quarter of an hour later; the outbox belongs to a town, which a sign-in has none of, and needs a worker, so
that with Redis down a code would wait for the sweep. So the web process sends them itself, after the commit (what was
rolled back never mails anybody), with a short limit; whoever waits is told at once and asks for another code.
"""

import logging
from functools import partial

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db.transaction import on_commit
from django.utils.translation import gettext as _

from core.identity.models import User
from core.municipalities.services import DomainError

logger = logging.getLogger(__name__)
SECONDS = 4  # what a person waits at most for a mail server that does not answer


def mail_after_commit(message: EmailMessage) -> None:
    """Send once the open transaction is committed, or now where none is open.

    Raises DomainError, then, where the mail server is away or refuses: what was saved stays saved.
    """
    on_commit(partial(_send, message))


def _send(message: EmailMessage) -> None:
    message.connection = get_connection(timeout=SECONDS)
    try:
        message.send()
    except OSError as error:  # smtplib's own errors are OSErrors too
        logger.warning("an account's mail was not sent: %s", error)
        raise DomainError(
            _("We could not send you the e-mail: our mail server does not answer. Try again in a few minutes."),
            code="mail_down",
        ) from error


def language_of(email: str) -> str | None:
    """The language in which the account with this address wants to be written to; None where there is none."""
    found: str | None = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
    return found


def is_email(text: str) -> bool:
    """Whether it looks like an address; nobody has tried it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
