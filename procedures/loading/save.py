"""Writes a catalogue: rows are found by their code, so loading twice changes nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from procedures.catalogue import publish_forms
from procedures.models import (
    DocumentType,
    Family,
    LegalReference,
    LifeEvent,
    Procedure,
    ProcedureDocument,
    ProcedureField,
    ProcedureLaw,
    WorkflowStep,
    WorkflowTemplate,
)

from . import tables
from .catalogue import DISCREET, SOURCES, Catalogue
from .tables import LANGUAGES, Row


def _columns(name: str, texts: dict[str, str]) -> dict[str, str]:
    """modeltranslation's columns, and the plain one that it keeps beside them."""
    return {name: texts["eu"]} | {f"{name}_{language}": text for language, text in texts.items()}


def _upsert(model: type[models.Model], key: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Insert or update by `key`; its values' ids."""
    saved = model._base_manager.bulk_create(
        [model(**row) for row in rows],
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[column for column in rows[0] if column != key],
    )
    return {getattr(row, key): row.pk for row in saved}


@transaction.atomic
def save_catalogue(catalogue: Catalogue, *, keep_edited: bool = True) -> int:
    """Write every table; what the operator has edited stays hers. Returns the number of procedures."""
    families = _save_families(catalogue)
    events = _upsert(LifeEvent, "code", _named(catalogue.life_events, numbered=True))
    documents = _save_documents(catalogue)
    laws = _save_laws(catalogue)
    _upsert(WorkflowStep, "code", _named(catalogue.steps))
    workflows = _save_workflows(catalogue)
    edited = set(Procedure.objects.exclude(edited_at=None).values_list("code", flat=True)) if keep_edited else set()
    fresh = {code: row for code, row in catalogue.procedures.items() if code not in edited}
    positions = {code: at for at, code in enumerate(catalogue.procedures)}
    procedures = _upsert(
        Procedure,
        "code",
        [
            _procedure(catalogue, row, families, workflows) | {"position": positions[code]}
            for code, row in fresh.items()
        ],
    )
    _save_parts(catalogue, fresh, procedures, documents, laws)
    _save_events(fresh, procedures, events)
    publish_forms(procedures.values())
    return len(catalogue.procedures)


def _named(rows: Mapping[str, Row], *, numbered: bool = False) -> list[dict[str, Any]]:
    """Rows of a code and a name, in the order of the file."""
    named = [{"code": code, **_columns("name", row.in_languages("name"))} for code, row in rows.items()]
    return [row | {"position": at} for at, row in enumerate(named)] if numbered else named


def _save_families(catalogue: Catalogue) -> dict[str, int]:
    rows = [
        {
            "prefix": row["prefix"],
            "slug": row["slug"],
            **_columns("name", row.in_languages("name")),
            "synonyms": f"{row['synonyms_eu']},{row['synonyms_es']}",
        }
        for row in catalogue.families.values()
    ]
    return _upsert(Family, "prefix", rows)


def _save_documents(catalogue: Catalogue) -> dict[str, int]:
    sources = {code: SOURCES[row["source"][:4]] for code, row in catalogue.documents.items()}
    rows = [row | {"source": sources[row["code"]]} for row in _named(catalogue.documents)]
    return _upsert(DocumentType, "code", rows)


def _save_laws(catalogue: Catalogue) -> dict[str, int]:
    rows = [
        {"code": code, "title_eu": row["name_eu"], "title_es": row["name_es"]} for code, row in catalogue.laws.items()
    ]
    return _upsert(LegalReference, "code", rows)


def _save_workflows(catalogue: Catalogue) -> dict[str, int]:
    rows = [
        {"code": code, "initiation": row["initiation"], "steps": tables.parse_steps(row["steps"])}
        for code, row in catalogue.workflows.items()
    ]
    return _upsert(WorkflowTemplate, "code", rows)


def _procedure(catalogue: Catalogue, row: Row, families: dict[str, int], workflows: dict[str, int]) -> dict[str, Any]:
    family, texts = catalogue.families[row["family"]], catalogue.texts[row["code"]]
    term_value, term_unit = tables.parse_term(row["resolution_deadline"])
    keywords = ",".join(texts[f"keywords_{language}"] for language in LANGUAGES)
    names, joint = row.in_languages("name"), catalogue.joint.get(row["code"])
    translated: dict[str, str] = _columns("name", names)
    for stem in ("summary", "who", "need", "next"):
        translated |= _columns(stem, texts.in_languages(stem))
    return {
        "code": row["code"],
        "family_id": families[family["prefix"]],
        **translated,
        "keywords": keywords,
        "applicants": row["who_can_apply"].split(","),
        "identity_level": row["identity_level_required"],
        "term_value": term_value,
        "term_unit": term_unit,
        "silence": row["silence"],
        "sla_days": int(row["sla_days"]),
        "fee": row["fee"],
        "automatic": row["automatic"] == "yes",
        "initiation": row["initiation"],
        "output": row["output_document"],
        "workflow_id": workflows[row["workflow_template"]],
        "discreet": row["code"] in DISCREET,
        "joint_most": int(joint["most"]) if joint else 0,
        "joint_days": int(joint["days"]) if joint else 10,
    }


def _save_parts(
    catalogue: Catalogue,
    rows: dict[str, Row],
    procedures: dict[str, int],
    documents: dict[str, int],
    laws: dict[str, int],
) -> None:
    """The fields, documents and laws of the procedures: small rows that nothing points at, written anew."""
    fields: list[ProcedureField] = []
    needed: list[ProcedureDocument] = []
    based_on: list[ProcedureLaw] = []
    for code, row in rows.items():
        procedure_id = procedures[code]
        for field in catalogue.fields_of(row):
            labels, hints = field.pop("labels"), field.pop("hints")
            columns = _columns("label", labels) | _columns("hint", hints)
            fields.append(ProcedureField(procedure_id=procedure_id, **field, **columns))
        for at, (document, required) in enumerate(tables.parse_documents(row["document_codes"])):
            needed.append(
                ProcedureDocument(
                    procedure_id=procedure_id, type_id=documents[document], required=required, position=at
                )
            )
        for law, articles in tables.parse_laws(row["legal_codes"]):
            based_on.append(ProcedureLaw(procedure_id=procedure_id, reference_id=laws[law], articles=articles))
    for model, parts in ((ProcedureField, fields), (ProcedureDocument, needed), (ProcedureLaw, based_on)):
        model._base_manager.filter(procedure__in=procedures.values()).delete()
        model._base_manager.bulk_create(parts)  # type: ignore[arg-type]


def _save_events(rows: dict[str, Row], procedures: dict[str, int], events: dict[str, int]) -> None:
    through = Procedure.life_events.through
    through.objects.filter(procedure__in=procedures.values()).delete()
    through.objects.bulk_create(
        through(procedure_id=procedures[code], lifeevent_id=events[event])
        for code, row in rows.items()
        for event in row["life_event"].split(",")
    )
