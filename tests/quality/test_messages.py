"""Nothing a citizen or a clerk sees exists in one language only."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

BASE = Path(settings.BASE_DIR)
ROOMS = [
    "biscaytik", "portal", "mail_accounts", "census", "town_hall", "procedures", "case_files", "registry", "core",
    "templates",
]  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd%]|\{\w*\}")
# the same word in Basque and in Spanish or English, each looked at by a person
SAME_ON_PURPOSE = set((BASE / "tests" / "quality" / "same_words.txt").read_text().splitlines())


def texts(message: Message) -> list[str]:
    """The message's texts in its language, one for each plural form."""
    return list(message.string) if isinstance(message.string, list | tuple) else [message.string]


def key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def written(language: str) -> Iterator[Message]:
    for path in sorted(BASE.glob(f"locale/**/{language}/LC_MESSAGES/django.po")):
        with path.open("rb") as lines:
            yield from (m for m in read_po(lines, locale=language) if m.id and not m.fuzzy and all(texts(m)))


def ours(language: str) -> dict[tuple[str, str | None], Message]:
    return {key(message): message for message in written(language)}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message of the source, as Django's own makemessages finds them."""
    copy = tmp_path_factory.mktemp("source")
    for room in ROOMS:
        shutil.copytree(BASE / room, copy / room, ignore=shutil.ignore_patterns("*.pyc", "fonts", "data"))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "eu", "--no-location", "-v", "0"],
        cwd=copy, check=True, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    with (copy / "locale/eu/LC_MESSAGES/django.po").open("rb") as lines:
        return read_po(lines)


def missing(wanted: Catalog, language: str) -> Iterator[str]:
    have = ours(language)
    return (str(message.id) for message in wanted if message.id and key(message) not in have)


@pytest.mark.parametrize("language", ["eu", "es"])
def test_every_text_has_its_translation(wanted: Catalog, language: str) -> None:
    assert sorted(missing(wanted, language)) == []


@pytest.mark.parametrize("language", ["eu", "es"])
def test_placeholders_survive_the_translation(language: str) -> None:
    broken = []
    for message in ours(language).values():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = {p for i in ids for p in PLACEHOLDER.findall(i)}
        broken += [text for text in texts(message) if not set(PLACEHOLDER.findall(text)) <= allowed]
    assert broken == []


@pytest.mark.parametrize("language", ["eu", "es"])
def test_two_rooms_do_not_translate_one_text_differently(language: str) -> None:
    """Django keeps one of them for all: a second meaning needs a context."""
    one = ours(language)
    assert sorted(str(m.id) for m in written(language) if texts(m) != texts(one[key(m)])) == []


def test_basque_is_not_spanish_or_english_in_disguise() -> None:
    spanish = ours("es")
    same = []
    for message_key, message in ours("eu").items():
        for text in texts(message):
            in_spanish = texts(spanish[message_key]) if message_key in spanish else []
            letters = re.sub(r"[^a-zA-Z]", "", PLACEHOLDER.sub("", text))
            if len(letters) > 2 and (text in in_spanish or text == message_key[0]) and text not in SAME_ON_PURPOSE:
                same.append(text)
    assert same == []
