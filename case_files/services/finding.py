"""Finding files: by reference, by identity document, by the beginning of a name. Every operator is leakproof."""

import re
import unicodedata

from django.db.models import QuerySet

from case_files.models import CaseFile, PartyWord
from case_files.rights import readable_by
from core.audit.services import Actor

WORD = re.compile(r"[\wñ]+")
REFERENCE = re.compile(r"^[a-z]{2,6}-\d{4}-\d*$", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """Lower case, without accents; ñ stays a letter of its own."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ñ", "\0"))
    return WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).replace("\0", "ñ"))


def find_case_files(query: str, *, actor: Actor) -> QuerySet[CaseFile]:
    """Files that the clerk may open whose reference, or every word of a party's name or document, begins as typed."""
    found: QuerySet[CaseFile] = CaseFile.objects.filter(readable_by(actor))
    if REFERENCE.match(query.strip()):
        return found.filter(reference__prefix=query.strip().upper())
    if not (words := words_of(query)):
        return found.none()
    for word in words:
        found = found.filter(pk__in=PartyWord.objects.filter(word__prefix=word).values("case_file"))
    return found
