"""The ways to prove who one is, for the sign-in page too: that view is allauth's."""

from django import template

from core.identity.gateways import Gateway
from core.identity.gateways import gateways as switched_on

register = template.Library()


@register.simple_tag
def gateways() -> list[Gateway]:
    """The gateways that are switched on, in their order."""
    return switched_on()
