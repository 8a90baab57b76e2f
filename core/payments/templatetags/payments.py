from typing import Any

from django import template

from core.payments.services import doubtful, euros
from core.payments.services.refunding import WHO

register = template.Library()
register.filter("euros", euros)


@register.simple_tag(takes_context=True)
def payments_to_look_at(context: Any) -> int:
    """How many payments of another amount wait for this clerk; 0 for whoever has no say in them."""
    actor = context["request"].actor
    return 0 if actor.roles.isdisjoint(WHO) else len(doubtful())
