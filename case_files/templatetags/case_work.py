"""The day's work, for the clerks' first page."""

from typing import Any

from django import template

from case_files.querysets import days_work
from core.municipalities.services import terms

register = template.Library()


@register.simple_tag
def work_of_the_day() -> dict[str, Any]:
    """The numbers of the open town: arrived, week, overdue, unassigned, waiting, failed."""
    return days_work(terms.local_today())
