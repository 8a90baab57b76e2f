"""What other rooms' pages show of the case files: the day's work, and the answer to a correction."""

from typing import Any

from django import template

from case_files.citizen_forms import AnswerForm
from case_files.models import CorrectionRequest
from case_files.querysets import days_work
from core.municipalities.services import terms

register = template.Library()


@register.simple_tag
def work_of_the_day() -> dict[str, Any]:
    """The numbers of the open town: arrived, week, overdue, unassigned, waiting, failed."""
    return days_work(terms.local_today())


@register.simple_tag
def answer_form(correction: CorrectionRequest) -> AnswerForm:
    """The empty form of `case_files:answer`."""
    return AnswerForm(correction)
