"""The street index of a town."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.municipalities.models import PUBLIC, PublicTownModel


class Street(PublicTownModel):
    """A street, square, road, or the name of a farmstead quarter that stands in for one (INE CVIA/CPSVIA)."""

    code = models.CharField(_("code"), max_length=5)
    kind = models.CharField(_("kind of way"), max_length=5, default="KALEA")
    name = models.CharField(_("name"), max_length=80)
    name_norm = models.CharField(max_length=80, db_collation="C", editable=False)

    class Meta(PublicTownModel.Meta):
        verbose_name, verbose_name_plural = _("street"), _("streets")
        constraints = [
            *PUBLIC,
            models.UniqueConstraint(fields=["municipality", "code"], name="street_code"),
        ]
        indexes = [models.Index(fields=["municipality", "name_norm"], name="street_name")]

    def __str__(self) -> str:
        return self.name
