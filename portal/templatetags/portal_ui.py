"""What the templates of every room draw with: icons, the town's rosette, the wiring of a form's errors."""

from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.municipalities.services import VIEW_BOX
from core.municipalities.services import rosette as draw

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: a symbol of static/icons/sprite.svg, always beside words, so silent to screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def rosette_symbol(context: template.Context) -> SafeString:
    """The town's rosette, drawn once a page and used by `{% rosette %}` in the colours of each place."""
    inside = draw(context.get("rosette_name") or "Bizkaia", second="var(--rosette-2, currentColor)")
    return mark_safe(  # our own drawing: nothing of it was typed by anybody
        f'<svg width="0" height="0" class="vh" aria-hidden="true" focusable="false">'
        f'<symbol id="rosette" viewBox="{VIEW_BOX}">{inside}</symbol></svg>'
    )


@register.simple_tag
@cache
def rosette(size: str, css: str = "") -> SafeString:
    """`{% rosette "56" %}`: the town's rosette, `size` pixels wide where CSS says nothing else."""
    return format_html(
        '<svg class="rosette {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<use href="#rosette"/></svg>',
        css,
        size,
        size,
    )


@register.filter
def error_count(form: BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def first_input_id(field: BoundField) -> str:
    """Where a link of the error summary lands: the first input of the question, never its fieldset."""
    widget: Any = field.field.widget
    own = getattr(widget, "first_input_id", None)
    if own:
        return str(own(field.auto_id))
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def title_in_language(row: Any) -> str:
    """`title_eu` or `title_es` of a row: an English reader gets the Spanish where there is no English."""
    return _in_language(row, "title")


@register.filter
def subject_in_language(row: Any) -> str:
    return _in_language(row, "subject")


@register.filter
def body_in_language(row: Any) -> str:
    return _in_language(row, "body")


@register.filter
def text_in_language(item: dict[str, str]) -> str:
    """Of a correction's item, `{text_eu, text_es}`."""
    return item["text_eu"] if get_language() == "eu" else item["text_es"]


def _in_language(row: Any, stem: str) -> str:
    language = get_language() or "eu"
    return str(getattr(row, f"{stem}_{language}", "") or getattr(row, f"{stem}_es"))
