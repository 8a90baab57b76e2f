"""Residents, dwellings, and inscriptions with their history."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.identity.models import Person, User
from core.municipalities.constraints import OwnThrough, append_only, no_delete, own_rows, same_town
from core.municipalities.models import WALL, TenantModel
from core.territory.models import Street
from core.territory.services import normalised

from .constants import IdentifierType, Sex, Variation


class Dwelling(TenantModel):
    """A dwelling or collective establishment, by its address (one padron sheet: NHOP)."""

    street = models.ForeignKey(Street, models.PROTECT, related_name="+", verbose_name=_("street"))
    number = models.CharField(_("number"), max_length=6, blank=True)
    block = models.CharField(_("block"), max_length=2, blank=True)
    stair = models.CharField(_("stair"), max_length=2, blank=True)
    floor = models.CharField(_("floor"), max_length=3, blank=True)
    door = models.CharField(_("door"), max_length=4, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    district = models.CharField(_("district"), max_length=2, default="01")
    section = models.CharField(_("section"), max_length=3, default="001")
    unit_code = models.CharField(max_length=7, blank=True)  # INE CUN
    collective = models.BooleanField(_("collective"), default=False)
    cadastral_ref = models.CharField(_("cadastral reference"), max_length=20, blank=True)
    sheet = models.CharField(_("padron sheet"), max_length=10)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("dwelling"), _("dwellings")
        constraints = [
            *WALL,
            *same_town("street"),
            models.UniqueConstraint(fields=["municipality", "sheet"], name="dwelling_sheet"),
        ]
        indexes = [models.Index(fields=["municipality", "street", "number"], name="dwelling_address")]

    def __str__(self) -> str:
        return self.said(get_language() or "eu")

    def said(self, language: str) -> str:
        """The address on one line: "Intxaurrondo kalea 5, 2. EZK", "Calle Intxaurrondo 5, 2.º EZK"."""
        house = " ".join(filter(None, (self.street.said(language), f"{self.number}{self.block and f'-{self.block}'}")))
        floor = self.floor
        if floor.isdigit():
            floor += ".º" if language[:2] == "es" else "."
        return ", ".join(filter(None, (house, " ".join(filter(None, (self.stair, floor, self.door))))))


class Resident(TenantModel):
    """A person inscribed in this town's padron, with the data of LRBRL art. 16.2."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    nia = models.CharField(_("resident's number"), max_length=15)  # the town's own, never given twice
    given_name = models.CharField(_("name"), max_length=20)
    particle1 = models.CharField(max_length=6, blank=True)
    surname1 = models.CharField(_("first surname"), max_length=25)
    particle2 = models.CharField(max_length=6, blank=True)
    surname2 = models.CharField(_("second surname"), max_length=25, blank=True)
    # "etxebarria uriarte ane"; with the two below, each word a clerk types is a prefix that an index answers
    name_norm = models.CharField(max_length=100, db_collation="C", editable=False)
    surname2_norm = models.CharField(max_length=40, db_collation="C", editable=False)
    given_norm = models.CharField(max_length=40, db_collation="C", editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    born_on = models.DateField(_("date of birth"))
    birth_province = models.CharField(max_length=2)
    birth_place = models.CharField(max_length=3)
    birth_place_name = models.CharField(_("place of birth"), max_length=60, blank=True)
    nationality = models.CharField(_("nationality"), max_length=3, default="108")
    identifier_type = models.CharField(max_length=1, choices=IdentifierType, default=IdentifierType.NONE)
    identifier = models.CharField(_("identity document"), max_length=20, blank=True, db_collation="C")
    education = models.CharField(_("education"), max_length=2, blank=True)  # INE CNES
    electoral_number = models.CharField(max_length=11, blank=True)  # INE NIE

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("resident"), _("residents")
        constraints = [
            *WALL,
            own_rows(),
            OwnThrough(
                target="census.Inscription", column="resident_id", link="id", where="true", name="inscription_own"
            ),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "nia"], name="resident_nia"),
        ]
        indexes = [
            models.Index(fields=["municipality", "identifier"], name="resident_identifier"),
            models.Index(fields=["municipality", "name_norm"], name="resident_name"),
            models.Index(fields=["municipality", "surname2_norm"], name="resident_surname2"),
            models.Index(fields=["municipality", "given_norm"], name="resident_given"),
            models.Index(fields=["person"], name="resident_person", condition=Q(person__isnull=False)),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.normalise()
        super().save(*args, **kwargs)

    def normalise(self) -> None:
        """Fill the columns that are searched from the name; bulk loaders call it themselves."""
        self.given_norm, self.surname2_norm = normalised(self.given_name), normalised(self.surname2)
        self.name_norm = " ".join(filter(None, (normalised(self.surname1), self.surname2_norm, self.given_norm)))

    def __str__(self) -> str:
        parts = (self.given_name, self.particle1, self.surname1, self.particle2, self.surname2)
        return " ".join(filter(None, parts))


class Inscription(TenantModel):
    """A resident at a dwelling from one day to another: the padron's history. The open one is where she lives."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="inscriptions")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="inscriptions")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    begun_by = models.CharField(max_length=3, choices=Variation)
    ended_by = models.CharField(max_length=3, choices=Variation, blank=True)
    origin = models.CharField(max_length=5, blank=True)  # province and municipality she came from

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("inscription"), _("inscriptions")
        constraints = [
            *WALL,
            *same_town("resident", "dwelling"),
            OwnThrough(target="census.Dwelling", column="id", link="dwelling", where="true", name="dwelling_own"),
            no_delete(),
            models.UniqueConstraint(
                fields=["municipality", "resident"], condition=Q(ends_on=None), name="lives_in_one_place"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "dwelling"], condition=Q(ends_on=None), name="lives_here")]


class Movement(TenantModel):
    """A variation to be told to the INE, with the data before and after; only added."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="movements")
    variation = models.CharField(max_length=3, choices=Variation)
    effective_on = models.DateField()
    # the fields of the INE record's second half (census.ine), as they stood; empty before an entry or after a removal
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    case_reference = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        verbose_name, verbose_name_plural = _("movement"), _("movements")
        constraints = [*WALL, *same_town("resident"), append_only()]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="movement_newest")]


class MoveConfirmation(TenantModel):
    """What a clerk decided about a filed move that the padron could not read by itself: where, and who."""

    case_reference = models.CharField(_("case file"), max_length=40, db_collation="C")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+", verbose_name=_("dwelling"))
    moves_on = models.DateField(_("date of the move"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            *same_town("dwelling"),
            no_delete(),
            models.UniqueConstraint(fields=["municipality", "case_reference"], name="one_confirmation_a_file"),
        ]


class ConfirmedMover(TenantModel):
    """One of the people of a confirmed move."""

    confirmation = models.ForeignKey(MoveConfirmation, models.PROTECT, related_name="movers")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *WALL,
            *same_town("confirmation", "resident"),
            models.UniqueConstraint(fields=["municipality", "confirmation", "resident"], name="mover_once"),
        ]
