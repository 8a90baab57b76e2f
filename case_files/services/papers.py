"""The documents that a case file makes: what they are filled with, and their rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, override

from case_files.constants import DocumentRole
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.documents.services import new_document, save_all
from core.municipalities.services import terms
from core.notifications.services import outbox, render_effect

from .base import applicant_of
from .opening import attach

Text = str | Mapping[str, str]
LANGUAGES = ("eu", "es")


def said(message: str | Promise) -> dict[str, str]:
    """A message of ours, marked or lazy, in Basque and in Spanish."""
    both = {}
    for language in LANGUAGES:
        with override(language):
            both[language] = str(message) if isinstance(message, Promise) else gettext(message)
    return both


def bilingual(message: str | Promise) -> str:
    """The same in one line, for a reason that is kept as a plain text and that others read."""
    return " · ".join(dict.fromkeys(said(message).values()))


def in_both(text: Text, language: str) -> dict[str, str]:
    """What a clerk wrote, as {eu, es}; one language stands for both where she wrote only that one."""
    if isinstance(text, str):
        text = {language: text}
    written = {key: value.strip() for key, value in text.items() if value and value.strip()}
    first = written.get(language) or next(iter(written.values()), "")
    return {key: written.get(key) or first for key in LANGUAGES}


def language_of(text: Text, case_file: CaseFile) -> str:
    """`bi` where a clerk wrote both languages, else the file's."""
    both = not isinstance(text, str) and all((text.get(key) or "").strip() for key in LANGUAGES)
    return "bi" if both else ("es" if case_file.language == "es" else "eu")


def paper(
    case_file: CaseFile,
    *,
    template: str,
    kind: DocumentKind,
    role: DocumentRole,
    title: Mapping[str, str],
    context: Mapping[str, Any],
    language: str,
    visible: bool,
    type_code: str = "",
    actor: Actor,
) -> tuple[Document, CaseDocument]:
    """An unsaved document of the file, and its place in it; `keep` saves them and has the document sealed."""
    party = applicant_of(case_file)
    document = new_document(
        kind=kind,
        title_eu=title["eu"],
        title_es=title["es"],
        template=template,
        context={
            "reference": case_file.reference,
            "procedure": {"eu": case_file.title_eu, "es": case_file.title_es},
            "party": party.name if party else "",
            **({"holder_identifier": party.identifier} if party and party.identifier else {}),
            **context,
        },
        language=language,
        actor=actor,
    )
    return document, CaseDocument(document=document, role=role, visible=visible, type_code=type_code)


def draw_up(case_file: CaseFile, **paper_of: Any) -> Document:
    """A document of the file, saved and to be sealed; the keywords are those of `paper`."""
    made = paper(case_file, **paper_of)
    keep(case_file, [made])
    return made[0]


def keep(
    case_file: CaseFile,
    papers: Sequence[tuple[Document, CaseDocument]],
    *,
    uploads: Sequence[tuple[Document, DocumentVersion]] = (),
    role: DocumentRole = DocumentRole.ATTACHMENT,
    visible: bool = True,
) -> None:
    """Save documents into the file; those made from a template are rendered and sealed after the commit."""
    made = [document for document, _place in papers]
    save_all([*made, *(document for document, _version in uploads)], [version for _document, version in uploads])
    links = [place for _document, place in papers]
    links += [CaseDocument(document=document, role=role, visible=visible) for document, _version in uploads]
    for link in links:
        link.document = link.document  # takes the key that it has by now
    attach(case_file, links, start=CaseDocument.objects.filter(case_file=case_file).count())
    outbox([render_effect(document) for document in made])


def signed(actor: Actor, signed_as: Mapping[str, str]) -> dict[str, Any]:
    """Who signs, as what, and on what day."""
    return {"signed_by": actor.name, "signed_as": dict(signed_as), "signed_on": terms.local_today().isoformat()}


def unit_names(case_file: CaseFile) -> dict[str, str]:
    """The handling unit's name in both languages."""
    unit: Any = case_file.unit
    return {"eu": unit.name_eu, "es": unit.name_es} if unit else said(gettext_noop("Town hall"))


def filing(case_file: CaseFile) -> dict[str, str]:
    """Day and number of the registry entry that opened the file; empty for one that has none."""
    entered = CaseEvent.objects.filter(case_file=case_file, code="registered").order_by("at").first()
    day: date = terms.local_day(entered.at if entered else case_file.opened_at)
    return {"filed_on": day.isoformat(), "entry_number": entered.params["number"] if entered else ""}


def listed(documents: Iterable[Document], versions: Iterable[DocumentVersion] = ()) -> list[dict[str, Any]]:
    """Documents as a registry entry lists them; one that is still to be sealed has no hash yet, but its code."""
    known = {version.document_id or version.document.pk: version for version in versions}
    rows = []
    for document in documents:
        row: dict[str, Any] = {"document": document.pk, "csv": document.csv, "file_name": document.title_eu}
        if version := known.get(document.pk):
            row |= {
                "file_name": version.file_name, "mime": version.mime, "size": version.size, "sha256": version.sha256
            }  # fmt: skip
        rows.append(row)
    return rows


def addressee(party: CaseParty | None) -> dict[str, Any]:
    """A party as the registry keeps it: as filed."""
    if party is None:
        return {}
    return {"name": party.name, "identifier_kind": party.identifier_kind, "identifier": party.identifier}
