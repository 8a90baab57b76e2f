"""From a case file to the census desk."""

from django.urls import reverse
from django.utils.translation import gettext as _

from case_files.models import CaseFile
from case_files.services import DeskLink, register_desk_link
from core.audit.services import Actor
from core.identity.constants import Role
from core.municipalities.constants import Module
from core.municipalities.services import is_adopted

from .services.changing import READERS
from .services.moving import PROCEDURE


@register_desk_link
def census_desk(case_file: CaseFile, actor: Actor) -> DeskLink | None:
    """A move has a page of its own; what else changes the census begins with looking for the person."""
    if Role.CENSUS_OFFICER not in actor.roles or not is_adopted(actor.municipality_id or 0, Module.CENSUS):
        return None
    if case_file.procedure_code == PROCEDURE:
        text = _("Address and people of the move")
        return DeskLink(text, reverse("admin:census_staff:match", args=[case_file.reference]))
    if case_file.procedure_code in READERS:
        return DeskLink(
            _("Make the change in the census"), reverse("admin:census_staff:change", args=[case_file.reference])
        )
    if any(step["code"] == "census_update" for step in case_file.workflow):
        return DeskLink(_("Look in the census"), reverse("admin:census_staff:search"))
    return None
