"""Kinds of way, as the INE's files write them (TVIA, at most five letters)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WayKind(models.TextChoices):
    STREET = "KALEA", _("Street")
    SQUARE = "PLAZA", _("Square")
    AVENUE = "ETORB", _("Avenue")
    LANE = "BIDEA", _("Lane")
    ROAD = "ERREP", _("Road")
    WALK = "PASEA", _("Walk")
    QUARTER = "AUZOA", _("Quarter")


# how each kind is said: behind the name in Basque, before it in Spanish
SAID_EU = {
    WayKind.STREET: "kalea",
    WayKind.SQUARE: "plaza",
    WayKind.AVENUE: "etorbidea",
    WayKind.LANE: "bidea",
    WayKind.ROAD: "errepidea",
    WayKind.WALK: "pasealekua",
    WayKind.QUARTER: "auzoa",
}
SAID_ES = {
    WayKind.STREET: "Calle",
    WayKind.SQUARE: "Plaza",
    WayKind.AVENUE: "Avenida",
    WayKind.LANE: "Camino",
    WayKind.ROAD: "Carretera",
    WayKind.WALK: "Paseo",
    WayKind.QUARTER: "Barrio",
}
# what people and other offices write for a kind, normalised
WRITTEN = {
    WayKind.STREET: ("kalea", "kale", "calle", "cl", "c", "k"),
    WayKind.SQUARE: ("plaza", "enparantza", "pl", "pz", "plza"),
    WayKind.AVENUE: ("etorbidea", "etorb", "etorbide", "avenida", "avda", "av", "hiribidea"),
    WayKind.LANE: ("bidea", "bide", "camino", "cmno", "camin", "cno"),
    WayKind.ROAD: ("errepidea", "errep", "errepide", "carretera", "ctra", "crta"),
    WayKind.WALK: ("pasealekua", "pasea", "ibilbidea", "paseo", "pso"),
    WayKind.QUARTER: ("auzoa", "auzo", "barrio", "barri", "bo"),
}
KIND_WORDS = {word: kind for kind, words in WRITTEN.items() for word in words}
ARTICLES = frozenset({"de", "del", "la", "las", "los", "el"})
