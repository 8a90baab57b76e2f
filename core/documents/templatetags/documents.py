"""What templates of documents say in one language or in two: Basque first, Spanish beside it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()


class EachLanguage(Node):
    """The same nodes once for each of the document's languages."""

    def __init__(self, nodelist: NodeList, tag: str, around: str) -> None:
        self.nodelist, self.tag, self.around = nodelist, tag, around

    def render(self, context: Context) -> SafeString:
        parts = []
        for language in context["languages"]:
            with translation.override(language):
                said = self.nodelist.render(context).strip()
            parts.append(f'<{self.tag} lang="{language}" class="{language}">{said}</{self.tag}>')
        if len(parts) == 1:
            return mark_safe(said if self.tag == "span" else f"<div>{said}</div>")
        inside = (" / " if self.tag == "span" else "").join(dict.fromkeys(parts))
        return mark_safe(f'<{self.around} class="sides">{inside}</{self.around}>' if self.around else inside)


@register.tag
def both(parser: Parser, token: Token) -> EachLanguage:
    """A few words: `Izena / Nombre` in a bilingual document."""
    nodelist = parser.parse(("endboth",))
    parser.delete_first_token()
    return EachLanguage(nodelist, "span", "")


@register.tag
def sides(parser: Parser, token: Token) -> EachLanguage:
    """Sentences: in two columns in a bilingual document."""
    nodelist = parser.parse(("endsides",))
    parser.delete_first_token()
    return EachLanguage(nodelist, "div", "div")


class Fact(Node):
    """`{% fact value %}label{% endfact %}`: a row of the list of facts; nothing where there is no value."""

    def __init__(self, value: FilterExpression, label: NodeList) -> None:
        self.value, self.label = value, EachLanguage(label, "span", "")

    def render(self, context: Context) -> SafeString:
        value = self.value.resolve(context)
        if value in ("", None, {}):
            return mark_safe("")
        return mark_safe(f"<div><dt>{self.label.render(context)}</dt><dd>{_said_in_each(value, context)}</dd></div>")


@register.tag
def fact(parser: Parser, token: Token) -> Fact:
    _, value = token.split_contents()
    nodelist = parser.parse(("endfact",))
    parser.delete_first_token()
    return Fact(parser.compile_filter(value), nodelist)


@register.simple_tag(takes_context=True)
def each(context: Context, value: Any) -> SafeString:
    """A text in each of the document's languages, once when it is the same in both."""
    return _said_in_each(value, context)


def _said_in_each(value: Any, context: Context) -> SafeString:
    said = {}
    for language in context["languages"]:
        with translation.override(language):
            text = value(language) if callable(value) else value.get(language, "") if isinstance(value, dict) else value
            said[language] = template.base.render_value_in_context(text, context)
    if len(set(said.values())) == 1:
        return mark_safe(next(iter(said.values())))
    return mark_safe(" / ".join(f'<span lang="{code}" class="{code}">{text}</span>' for code, text in said.items()))


@register.filter
def said(value: Any) -> Any:
    """A text of two languages in the one that is being written."""
    return value.get(get_language() or "eu", "") if isinstance(value, dict) else value


@register.filter
def day(value: str) -> Any:
    """An ISO date in words, in the language that is being written; for `fact` and `each`, in each."""
    return (lambda language: _in_words(date.fromisoformat(value[:10]), language)) if value else ""


@register.filter
def moment(value: str) -> Any:
    """An ISO date-time in words, in Europe/Madrid, to the second."""
    if not value:
        return ""
    at = timezone.localtime(datetime.fromisoformat(value))
    return lambda language: f"{_in_words(at.date(), language)}, {at:%H:%M:%S}"


# the months of Django's Basque stand in the nominative and all end in -a
_FORMATS = {"eu": r"YS F\r\e\n j\a", "es": r"j \d\e F \d\e Y"}


def _in_words(on: date, language: str) -> str:
    return date_format(on, _FORMATS[language])


@register.filter
def euros(cents: int) -> str:
    return f"{number_format(Decimal(cents) / 100, 2, use_l10n=True, force_grouping=True)} €"


@register.filter
def kilobytes(size: int) -> str:
    return f"{number_format(max(size, 0) / 1024, 1, use_l10n=True)} KB"
