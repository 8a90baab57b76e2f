from django import template

from core.payments.services import euros

register = template.Library()
register.filter("euros", euros)
