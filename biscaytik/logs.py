"""A log is read by many and kept for long: what identifies a person, or opens a document, is blotted out."""

import logging
import re
from typing import Any

from celery.signals import after_setup_logger, after_setup_task_logger

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
HIDDEN = "***"
_BLOTTED = (
    # NIF and NIE
    re.compile(r"(?<![0-9A-Za-z])(?:[XYZxyz]|\d)[-. ]?\d{7}[-. ]?[A-Za-z](?![0-9A-Za-z])"),
    # the code of a document, as it is stored and as it is printed
    re.compile(r"(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}(?![0-9A-Za-z])"),
    # what signs in, proves or goes on with a draft
    re.compile(r"(?<=[?&])(token|begun|state|code|csv|factor|key)=[^&\s\"']+"),
    *(re.compile(rf"(?<=/{part}/)[^/\s]+") for part in ("drafts", "joining", "mine", "pay", "payments", "sign", "key")),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    # Postgres says which row, values included
    re.compile(r"(?<=DETAIL:  ).+"),
)


def blot(text: str) -> str:
    """The line without numbers of identity, codes, tokens, addresses of mail, and the rows that Postgres quotes."""
    for pattern in _BLOTTED:
        text = pattern.sub(HIDDEN, text)
    return text


class BlottingFormatter(logging.Formatter):
    """Whole lines, tracebacks included: their last line is often what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        return blot(super().format(record))


@after_setup_logger.connect
@after_setup_task_logger.connect
def blot_workers_logs(logger: logging.Logger, **kwargs: Any) -> None:
    """Celery makes handlers of its own."""
    for handler in logger.handlers:
        handler.setFormatter(BlottingFormatter(LINE))
