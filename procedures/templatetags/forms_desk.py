"""What the clerks' start page shows of the forms."""

from typing import Any

from django import template

from core.identity.constants import Role
from procedures.services import forms_to_confirm

register = template.Library()


@register.simple_tag(takes_context=True)
def newer_forms(context: Any) -> int:
    """How many of the forms that the town has changed the province has published anew; 0 for whoever edits none."""
    actor = context["request"].actor
    return forms_to_confirm(actor.municipality_id) if Role.TOWN_ADMINISTRATOR in actor.roles else 0
