"""An hour for an appointment, among those that are free."""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.municipalities.services.terms import MADRID
from procedures.forms.widgets import Hours

from .choosing import CHOOSE, Choice

STAMP = re.compile(r"\d{1,18}-\d{1,18}-(\d{8}T\d{4})Z")  # service, office and moment, as the appointments write them
TAKEN = _("“%(label)s”: that hour is not free any more. Choose another one.")


class Hour(Choice):
    """Kept as {slot, at}: what the appointments take, and the moment with Madrid's offset.

    Without choices, as a draft is read again, any hour will do: who books it finds out whether it is free.
    """

    widget = Hours
    default_error_messages = {"required": CHOOSE, "invalid": CHOOSE, "invalid_choice": TAKEN}

    def to_python(self, value: Any) -> Any:
        text = str(value or "")
        if not text:
            return None
        try:
            moment = datetime.strptime(f"{STAMP.fullmatch(text)[1]}+0000", "%Y%m%dT%H%M%z")  # type: ignore[index]
        except (TypeError, ValueError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if self.choices and not self.valid_value(text):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return {"slot": text, "at": moment.astimezone(MADRID).isoformat()}

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
