"""The street index of a town."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.municipalities.models import PUBLIC, PublicTownModel

from .constants import SAID_ES, SAID_EU, WayKind
from .names import normalised


class Street(PublicTownModel):
    """A street, square, road, or the name of a farmstead quarter that stands in for one (INE CVIA/CPSVIA)."""

    code = models.CharField(_("code"), max_length=5)
    kind = models.CharField(_("kind of way"), max_length=5, choices=WayKind, default=WayKind.STREET)
    name = models.CharField(_("name"), max_length=80)
    name_norm = models.CharField(max_length=80, db_collation="C", editable=False)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("street"), _("streets")
        ordering = ["name_norm"]
        constraints = [
            *PUBLIC,
            models.UniqueConstraint(fields=["municipality", "code"], name="street_code"),
        ]
        indexes = [models.Index(fields=["municipality", "name_norm"], name="street_name")]

    def __str__(self) -> str:
        return self.said(get_language() or "eu")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_norm = normalised(self.name)
        super().save(*args, **kwargs)

    def said(self, language: str) -> str:
        """Name and kind as the language orders them: "Intxaurrondo kalea", "Calle Intxaurrondo"."""
        if language[:2] == "es":
            return f"{SAID_ES.get(self.kind, '')} {self.name}".strip()  # type: ignore[call-overload]
        return f"{self.name} {SAID_EU.get(self.kind, '')}".strip()  # type: ignore[call-overload]
