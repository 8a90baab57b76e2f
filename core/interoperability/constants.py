"""What can be looked up. The table is data: kinds.csv."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

TABLE = Path(__file__).parent / "data" / "kinds.csv"
IDENTITY = "identity"


DEMO = "Demo"  # the source of a demonstration's answer


class LookupState(models.TextChoices):
    ASKED = "asked", _("Asked, no answer yet")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Not answered")
    OBJECTED = "objected", _("The person objected")


class Basis(models.TextChoices):
    """Why it may be looked up (Ley 39/2015, art. 28.2 and 28.3): as a rule the law, unless she objects."""

    LAW = "law", _("The law allows it and the person has not objected")
    CONSENT = "consent", _("The person has consented")


# what an answer may hold, and how a page calls it
FACTS = {
    "since": _("Since"),
    "address": _("Address"),
    "members": _("People in the dwelling"),
    "periods": _("Periods"),
    "proved_by": _("Proved by"),
    "number": _("Number"),
    "until": _("Valid until"),
    "degree": _("Degree"),
    "category": _("Category"),
}


@dataclass(frozen=True)
class Kind:
    """One line of kinds.csv: what is looked up, in place of which documents, and which service of others gives it."""

    code: str
    names: dict[str, str]
    documents: tuple[str, ...]  # of the catalogue
    service: str = ""  # the SCSP certificate's code; empty where no other administration is asked
    emitter: str = ""  # its NIF
    emitter_name: str = ""
    opposed: str = ""  # the answer in DAT-003 by which a person objects to it
    # as a rule whoever does not object is looked up (art. 28.2); what a special law guards takes an express consent
    basis: Basis = Basis.LAW
    law: str = ""  # which law says so, and since when
    since: date = date.min

    @property
    def needs_consent(self) -> bool:
        return self.basis == Basis.CONSENT

    def __str__(self) -> str:
        return self.names.get((get_language() or "eu")[:2]) or self.names["eu"]


@cache
def all_kinds() -> dict[str, Kind]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            line["code"]: Kind(
                code=line["code"],
                names={key: line[f"name_{key}"] for key in ("eu", "es", "en")},
                documents=tuple(line["documents"].split()),
                service=line["service"],
                emitter=line["emitter"],
                emitter_name=line["emitter_name"],
                opposed=line["opposed"],
                basis=Basis(line["basis"]),
                law=line["law"],
                since=date.fromisoformat(line["since"]),
            )
            for line in csv.DictReader(lines, delimiter=";")
        }


@cache
def kind_of_document(code: str) -> Kind | None:
    """What is looked up in place of a document of the catalogue, or None where nobody can be asked."""
    return next((kind for kind in all_kinds().values() if code in kind.documents), None)


def needs_consent(document: str) -> bool:
    """Whether what stands in place of a document of the catalogue is looked up only with the person's consent."""
    kind = kind_of_document(document)
    return kind is not None and kind.needs_consent
