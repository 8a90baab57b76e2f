from typing import Any


class DomainError(Exception):
    """A rule says no. The message is translated and says what to do; `field` names the form field it belongs to.

    One place (`core.municipalities.middleware`) turns what nobody caught into a 409 page or an admin message.
    """

    def __init__(self, message: Any, *, field: str | None = None, code: str = "") -> None:
        super().__init__(message)
        self.message, self.field, self.code = message, field, code
