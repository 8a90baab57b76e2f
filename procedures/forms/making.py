"""The form on which a clerk writes a question: its texts, how it is answered, when it is asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.catalogue import in_language
from procedures.constants import FieldType
from procedures.definitions.checking import ASKED_ABOUT, CHOSEN_FROM, MOST_PAGES, answers_of
from procedures.definitions.differences import Question

from .building import TownOptions
from .fields import Choice, Choices, Line
from .fields.lines import Text

LANGUAGES = {"eu": _("in Basque"), "es": _("in Spanish"), "en": _("in English")}
TYPES: dict[str, Any] = {
    FieldType.TEXT: _("A line of text"),
    FieldType.TEXTAREA: _("A longer text"),
    FieldType.SELECT: _("One of several options"),
    FieldType.MULTISELECT: _("Several of the options"),
    FieldType.BOOLEAN: _("Yes or no"),
    FieldType.NUMBER: _("A number"),
    FieldType.MONEY: _("An amount in euros"),
    FieldType.DATE: _("A date"),
    FieldType.DATETIME: _("A date and a time"),
    FieldType.TIME: _("A time"),
    FieldType.ADDRESS: _("An address"),
    FieldType.GEO: _("A place in the town"),
    FieldType.PERSON: _("One person"),
    FieldType.PERSON_LIST: _("Several persons"),
    FieldType.PHONE: _("A telephone number"),
    FieldType.EMAIL: _("An e-mail address"),
    FieldType.NIF: _("A NIF or NIE"),
    FieldType.IBAN: _("A bank account (IBAN)"),
    FieldType.CADASTRAL_REF: _("A cadastral reference"),
    FieldType.PLATE: _("A number plate"),
    FieldType.APPOINTMENT: _("A day for an appointment"),
    FieldType.FILE: _("A document to attach"),
}
ROWS_MORE = 4


class ShortLine(Line):
    limit = 200


class Hint(Line):
    limit = 400


class OptionForm(forms.Form):
    """One option; a row without texts is none."""

    use_required_attribute = False
    value = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    eu = ShortLine(label=_("Option in Basque"), required=False)
    es = ShortLine(label=_("Option in Spanish"), required=False)
    en = ShortLine(label=_("Option in English"), required=False)


OptionRows = forms.formset_factory(OptionForm, extra=ROWS_MORE, max_num=300)


class QuestionForm(forms.Form):
    """`found` is the question as it stands, or None for a new one; `can_lock`: the province's operator writes it."""

    use_required_attribute = False

    def __init__(
        self,
        data: Any = None,
        *,
        found: Question | None,
        page: int,
        others: Sequence[Question],
        town_lists: Sequence[tuple[str, str]],
        town_options: TownOptions,
        can_lock: bool,
    ) -> None:
        super().__init__(data, prefix="q", initial=_initial(found, page), label_suffix="")
        self.found = found
        for language, words in LANGUAGES.items():
            label = _("Text of the question, %(language)s") % {"language": words}
            self.fields[f"labels_{language}"] = ShortLine(label=label, required=language != "en")
        if found is None:
            self.fields["type"] = Choice(
                label=_("How it is answered"), choices=list(TYPES.items()), widget=forms.Select
            )
        self.fields["required"] = forms.BooleanField(label=_("It must be answered"), required=False)
        if can_lock:
            text = _("Towns may neither leave it out nor make it optional.")
            self.fields["locked"] = forms.BooleanField(label=_("The law asks it"), help_text=text, required=False)
        elif found and found.get("locked"):
            self.fields["required"].disabled = True
            self.fields["required"].help_text = gettext("The law asks it.")
        self._add_helps()
        pages = [
            (str(one), str(one)) for one in range(1, min(max((o["page"] for o in others), default=1) + 2, MOST_PAGES))
        ]
        self.fields["page"] = Choice(label=_("Page"), choices=pages, widget=forms.Select)
        if found is None or found["type"] in CHOSEN_FROM:
            choices = [("", _("Those that I write below")), *town_lists]
            self.fields["town_list"] = Choice(
                label=_("Where its options come from"), choices=choices, required=False, widget=forms.Select
            )
        if conditions := list(_conditions(found, others, town_options)):
            self.fields["condition"] = Choices(
                label=_("Ask it only where another question was answered so"),
                help_text=_("Without a tick it is always asked. Tick answers of one question only."),
                choices=conditions,
                required=False,
            )
        rows = [option for option in found["options"] if "eu" in option] if found else []
        self.options = OptionRows(data, prefix="o", initial=rows)

    def _add_helps(self) -> None:
        for stem, kind, words in (
            ("hints", Hint, _("Short help under the text, %(language)s")),
            ("helps", Text, _("Longer explanation that people can open, %(language)s")),
        ):
            for language, in_which in LANGUAGES.items():
                field = kind(label=words % {"language": in_which}, required=False)
                field.widget.attrs["rows"] = 3
                self.fields[f"{stem}_{language}"] = field

    def is_valid(self) -> bool:
        return super().is_valid() and self.options.is_valid()

    def clean_condition(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["condition"] or []
        if len({one.split("=", 1)[0] for one in chosen}) > 1:
            raise forms.ValidationError(_("Tick answers of one question only."))
        return chosen

    @property
    def kind(self) -> str:
        written = getattr(self, "cleaned_data", {}).get("type")
        return str(self.found["type"] if self.found else written or FieldType.TEXT)

    def question(self) -> Question:
        """What was written, as a definition has it; also of a form that is not right yet, for the preview."""
        written, found = getattr(self, "cleaned_data", {}), self.found or {}
        named = [one.split("=", 1) for one in written.get("condition") or ()]
        made: Question = {
            **{stem: _texts(written, stem) for stem in ("labels", "hints", "helps")},
            "name": found.get("name", "new"),
            "type": self.kind,
            "required": bool(found["required"] if self.fields["required"].disabled else written.get("required")),
            "locked": bool(written.get("locked") if "locked" in self.fields else found.get("locked")),
            "page": int(written.get("page") or found.get("page", 1)),
            "town_list": (written.get("town_list") or "") if self.kind in CHOSEN_FROM else "",
            "condition": {"field": named[0][0], "equals": [value for _name, value in named]} if named else {},
        }
        if self.kind in CHOSEN_FROM:
            made["options"] = [] if made["town_list"] else self._options()
        else:
            made["options"] = found.get("options", [])  # a declaration's own
        return made

    def _options(self) -> list[dict[str, str]]:
        rows = [row for row in getattr(self.options, "cleaned_data", []) if any(row.get(one) for one in LANGUAGES)]
        taken = {row["value"] for row in rows if row["value"]}
        made = []
        for row in rows:
            value = row["value"] or _value(row, taken)
            taken.add(value)
            made.append({"value": value, **{language: row[language] for language in LANGUAGES}})
        return made


def _texts(written: Mapping[str, Any], stem: str) -> dict[str, str]:
    return {language: written.get(f"{stem}_{language}") or "" for language in LANGUAGES}


def _value(row: Mapping[str, str], taken: set[str]) -> str:
    """A code from the option's own words, that no other option has."""
    stem = slugify(row["en"] or row["es"] or row["eu"]).replace("-", "_")[:50].strip("_") or "option"
    return next(value for value in (stem, *(f"{stem}_{n}" for n in range(2, 400))) if value not in taken)


def _initial(found: Question | None, page: int) -> dict[str, Any]:
    if found is None:
        return {"page": str(page), "type": FieldType.TEXT, "required": True}
    texts = {f"{stem}_{language}": (found.get(stem) or {}).get(language, "") for stem in ("labels", "hints", "helps")
             for language in LANGUAGES}  # fmt: skip
    condition = found["condition"]
    ticked = [f"{condition['field']}={value}" for value in condition.get("equals", ())]
    kept = {key: found.get(key) for key in ("required", "locked", "town_list")}
    return {**texts, **kept, "page": str(found["page"]), "condition": ticked}


def _conditions(
    found: Question | None, others: Sequence[Question], town_options: TownOptions
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The questions that come before this one and are answered by choosing, each with its answers."""
    for other in others:
        if found and other["name"] == found["name"]:
            return
        if other["type"] in ASKED_ABOUT:
            yield in_language(other["labels"]), [(f"{other['name']}={v}", t) for v, t in spoken(other, town_options)]


def spoken(question: Question, town_options: TownOptions) -> list[tuple[str, str]]:
    """The answers that can be chosen and how they are called in the reader's language."""
    if question["town_list"]:
        return [(value, str(label)) for value, label in town_options.get(question["town_list"], [])]
    if question["type"] == FieldType.BOOLEAN:
        return [(value, gettext("Yes") if value == "yes" else gettext("No")) for value in answers_of(question)]
    return [(option["value"], in_language(option)) for option in question["options"]]
