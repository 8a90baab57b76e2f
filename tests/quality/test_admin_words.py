"""The clerks' desk speaks Basque and Spanish: names of models, of rooms, of columns and of fields."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.forms import fields_for_model
from django.utils import translation
from django.utils.functional import Promise

SAME = set((Path(settings.BASE_DIR) / "tests" / "quality" / "same_words.txt").read_text().splitlines())


def untranslated(word: Promise | str) -> bool:
    said = {}
    for language in ("eu", "es", "en"):
        with translation.override(language):
            said[language] = str(word)
    return said["en"] not in SAME and said["en"] in (said["eu"], said["es"])


def shown(desk: Any) -> set[str]:
    """The names of what a desk, or a part of one, shows in its list and on its page."""
    names = {*(desk.fields or flatten_fieldsets(desk.fieldsets or []) or fields_for_model(desk.model))}
    for part in (*getattr(desk, "list_display", ()), *getattr(desk, "list_filter", ()), *desk.readonly_fields):
        names.add(part[0] if isinstance(part, tuple) else part)
    return {name for name in names - set(desk.exclude or ()) if "__" not in name}


def desks() -> Iterator[Any]:
    for desk in admin.site._registry.values():
        yield desk
        yield from (inline(desk.model, admin.site) for inline in desk.inlines)


def test_every_model_and_room_has_its_name() -> None:
    words: dict[str, Any] = {}
    for desk in desks():
        names = desk.model._meta
        words[names.app_label] = apps.get_app_config(names.app_label).verbose_name
        words[names.label] = names.verbose_name
        words[f"{names.label}, many"] = names.verbose_name_plural
    assert [place for place, word in words.items() if untranslated(word)] == []


def test_every_column_and_field_has_its_name() -> None:
    bare = []
    for desk in desks():
        for name in sorted(shown(desk)):
            label = label_for_field(name, desk.model, desk)
            field = next((f for f in desk.model._meta.get_fields() if f.name == name), None)
            if untranslated(getattr(field, "verbose_name", label)):
                bare.append(f"{desk.model._meta.label}.{name}")
    assert bare == []
