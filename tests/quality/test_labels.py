"""A label is words: it needs no migration, and a column does."""

from django.core.management import get_commands
from django.db import models
from django.db.migrations.state import ProjectState

from biscaytik.management.autodetector import TablesAutodetector


def seen(field: models.Field) -> object:
    return TablesAutodetector(ProjectState(), ProjectState()).deep_deconstruct(field)


def test_a_new_label_changes_nothing() -> None:
    assert seen(models.CharField("name", max_length=9)) == seen(models.CharField("who", max_length=9, help_text="?"))


def test_a_new_length_is_a_change() -> None:
    assert seen(models.CharField("name", max_length=9)) != seen(models.CharField("name", max_length=8))


def test_the_commands_are_ours() -> None:
    assert {get_commands()[name] for name in ("makemigrations", "migrate")} == {"biscaytik"}
