"""Code lists of the appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Has arrived")
    CALLED = "called", _("Called to the desk")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Did not come")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")
    BLOCKED = "blocked", _("Blocked")  # time that a clerk keeps free: nobody's appointment


class ExceptionKind(models.TextChoices):
    CLOSED = "closed", _("Closed")
    OPEN = "open", _("Open outside the usual hours")


class Language(models.TextChoices):
    EU = "eu", _("Basque")
    ES = "es", _("Spanish")
    EN = "en", _("English")


# what a clerk may say of an appointment, from each state; a person may come late after all
NEXT = {
    State.BOOKED: (State.ARRIVED, State.CALLED, State.ATTENDED, State.NO_SHOW),
    State.ARRIVED: (State.CALLED, State.ATTENDED, State.NO_SHOW),
    State.CALLED: (State.ATTENDED, State.NO_SHOW),
    State.NO_SHOW: (State.ARRIVED, State.ATTENDED),
}
SAID = {state for states in NEXT.values() for state in states}
