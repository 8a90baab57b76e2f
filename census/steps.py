"""What the padron does when a case file comes to its steps."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.models import CaseFile, CaseTask
from case_files.services import Words, register_condition, register_step
from core.audit.services import Actor
from core.municipalities.constants import Module
from core.municipalities.services import is_adopted

from .services import changing, moving
from .services.moving import PROCEDURE, was_told


@register_step("census_update")
def update_census(case_file: CaseFile, task: CaseTask | None, actor: Actor) -> Words | None:
    if case_file.procedure_code == PROCEDURE:
        return moving.carry_out(case_file, actor=actor)
    if case_file.procedure_code in changing.READERS:
        return changing.carry_out(case_file, actor=actor)
    return gettext_noop("Make this change in the census, with the file's reference, and then finish the step.")


@register_condition("census_update")
def census_has_changed(case_file: CaseFile) -> str | None:
    """A town that keeps its census in another programme gives only its word."""
    if was_told(case_file) or not is_adopted(case_file.municipality_id or 0, Module.CENSUS):
        return None
    return _("The census has not changed with this case file yet. Make the change at the census desk.")


@register_step("ine_variation")
def tell_ine(case_file: CaseFile, task: CaseTask | None, actor: Actor) -> Words | None:
    """The movement was written with the change; the month's file will hold it."""
    if was_told(case_file):
        return None
    return gettext_noop(
        "The census has not changed in this file: change it, or note why nothing has to be told to the INE."
    )
