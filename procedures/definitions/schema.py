"""The shape of a form as a JSON file, and how files of earlier shapes are read.

A file is `{"schema": 2, "procedure": "URB-001", "fields": […], "documents": […]}`; `version`, `published_on` and `town`
are for people. Its JSON Schemas lie in `procedures/data/form_schema_<number>.json`.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from core.municipalities.services import DomainError
from procedures.constants import SCHEMA

DATA = Path(__file__).resolve().parents[1] / "data"
NO_TEXTS = {"eu": "", "es": "", "en": ""}
MOST_BYTES = 2_000_000

Converter = Callable[[dict[str, Any]], dict[str, Any]]
converters: dict[int, Converter] = {}  # from this number to the next


def converter(number: int) -> Callable[[Converter], Converter]:
    """Register the function that makes shape `number + 1` of a definition of shape `number`."""

    def register(function: Converter) -> Converter:
        converters[number] = function
        return function

    return register


@converter(1)
def from_1_to_2(definition: dict[str, Any]) -> dict[str, Any]:
    """2 knows longer helps, and what the law asks: until somebody says better, all that is obligatory."""
    fields = [{"helps": NO_TEXTS, "locked": field["required"], **field} for field in definition["fields"]]
    return {**definition, "fields": fields}


def to_current(definition: dict[str, Any], schema: int) -> dict[str, Any]:
    """A definition of an earlier shape in today's. KeyError for a number that nothing converts."""
    for number in range(schema, SCHEMA):
        definition = converters[number](definition)
    return definition


@cache
def validator(schema: int) -> Draft202012Validator:
    return Draft202012Validator(json.loads((DATA / f"form_schema_{schema}.json").read_text(encoding="utf-8")))


def read(text: str | bytes) -> dict[str, Any]:
    """A file's content in today's shape. DomainError says where it is wrong."""
    if len(text) > MOST_BYTES:
        raise DomainError(_("The file is too large to be a form."), field="file")
    try:
        found = json.loads(text)
        # half a surrogate, NaN and a null byte are JSON to Python, and nothing that Postgres keeps
        if b"\\u0000" in json.dumps(found, ensure_ascii=False, allow_nan=False).encode():
            raise ValueError("a null byte")
    except (ValueError, RecursionError):
        raise DomainError(_("The file is not JSON. Export a form to see how it must look."), field="file") from None
    schema = found.get("schema") if isinstance(found, dict) else None
    if type(schema) is not int or not 1 <= schema <= SCHEMA:
        limits = {"newest": SCHEMA}
        raise DomainError(_("“schema” must be a number from 1 to %(newest)s.") % limits, field="file")
    if error := best_match(validator(schema).iter_errors(found)):
        place = " › ".join(str(part + 1) if isinstance(part, int) else part for part in error.absolute_path)
        said = {"place": place or "{}", "error": error.message[:200]}
        raise DomainError(_("The file is wrong at “%(place)s”: %(error)s") % said, field="file")
    return {**to_current(found, schema), "schema": SCHEMA}


def write(definition: dict[str, Any], **about: Any) -> str:
    """The file of a definition; `about` says what it is of."""
    whole = {"schema": SCHEMA, **about, **{key: definition[key] for key in ("fields", "documents")}}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
