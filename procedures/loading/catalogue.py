"""The whole catalogue, read and checked before a single row is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from procedures.constants import DocumentSource, FieldType, IdentityLevel, Initiation

from . import tables
from .tables import FieldSpec, Row, by_code, read

SOURCES = {"held": DocumentSource.OWN, "inte": DocumentSource.INTEROP, "supp": DocumentSource.APPLICANT}
AUTOMATIC_TEMPLATES = {"INST", "INPA", "BOOK", "PADA"}
LAST_STEPS = {"close", "deliver", "survey"}
DISCREET = {"IGU-001"}  # leaves no trace in lists, notices by e-mail or statistics
PAGE_WEIGHT = 7
WEIGHTS = {FieldType.TEXTAREA: 2, FieldType.PERSON_LIST: 4, FieldType.PERSON: 3}


@dataclass
class Catalogue:
    """The rows of every table, by code; each procedure's cells are parsed when it is written."""

    families: dict[str, Row]
    life_events: dict[str, Row]
    documents: dict[str, Row]
    laws: dict[str, Row]
    steps: dict[str, Row]
    workflows: dict[str, Row]
    procedures: dict[str, Row]
    texts: dict[str, Row]
    field_labels: dict[str, Row]
    option_labels: dict[tuple[str, str], Row]
    conditions: dict[tuple[str, str], Row]
    joint: dict[str, Row]

    def label_row(self, procedure: Row, name: str) -> Row:
        """A row `PROC-CODE.field` replaces the whole base row."""
        code = procedure["code"]
        found = self.field_labels.get(f"{code}.{name}") or self.field_labels.get(name)
        if found is None:
            raise procedure.wrong("form_fields", f"“{name}” has no label in field_labels.csv")
        return found

    def option_row(self, procedure: Row, name: str, option: str) -> Row:
        code = procedure["code"]
        found = self.option_labels.get((f"{code}.{name}", option)) or self.option_labels.get((name, option))
        if found is None:
            raise procedure.wrong("form_fields", f"option “{option}” of “{name}” has no label in option_labels.csv")
        return found

    def fields_of(self, procedure: Row) -> list[dict[str, Any]]:
        """The fields of a form in order: what `ProcedureField` holds, but for the procedure."""
        specs = procedure.parse("form_fields", tables.parse_fields)
        conditions = {spec.name: self._condition(procedure, spec, specs) for spec in specs}
        pages = pages_of(specs, conditions)
        return [
            self._field(procedure, spec)
            | {"position": at, "page": pages[spec.name], "condition": conditions[spec.name]}
            for at, spec in enumerate(specs)
        ]

    def _field(self, procedure: Row, spec: FieldSpec) -> dict[str, Any]:
        row = self.label_row(procedure, spec.name)
        labels, hints = row.in_languages("label"), row.in_languages("hint", empty=True)
        if spec.type == FieldType.BOOLEAN:
            options = [{"value": option} for option in spec.options]
        else:
            options = [
                {"value": option, **self.option_row(procedure, spec.name, option).in_languages("label")}
                for option in spec.options
            ]
        return {
            "name": spec.name,
            "type": spec.type.value,
            "required": spec.required,
            "options": options,
            "town_list": spec.town_list,
            "labels": labels,
            "hints": hints,
        }

    def _condition(self, procedure: Row, spec: FieldSpec, specs: list[FieldSpec]) -> dict[str, Any]:
        row = self.conditions.get((procedure["code"], spec.name))
        if row is None:
            return {}
        earlier = [other.name for other in specs[: specs.index(spec)]]
        if row["when"] not in earlier:
            raise row.wrong("when", f"“{row['when']}” is not asked before “{spec.name}”")
        return {"field": row["when"], "equals": row["equals"].split(",")}


def pages_of(specs: list[FieldSpec], conditions: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Which page asks each field: pages of about equal weight, a long answer weighing more; what hangs on an
    answer stays on its page. An appointment's hour is the last page, by itself: what is free hangs on the answers."""
    if hours := [spec for spec in specs if spec.type == FieldType.APPOINTMENT]:
        rest = [spec for spec in specs if spec not in hours]
        before = pages_of(rest, conditions) if rest else {}
        return before | dict.fromkeys((spec.name for spec in hours), max(before.values(), default=0) + 1)
    total = sum(WEIGHTS.get(spec.type, 1) for spec in specs)
    share = total / -(-total // PAGE_WEIGHT)
    pages: dict[str, int] = {}
    page, weight = 1, 0
    for spec in specs:
        own = WEIGHTS.get(spec.type, 1)
        needs = str(conditions.get(spec.name, {}).get("field", ""))
        if weight and weight + own > share + 0.7 and pages.get(needs) != page:
            page, weight = page + 1, 0
        pages[spec.name] = page
        weight += own
    return pages


def read_catalogue(folder: Path) -> Catalogue:
    """Every table of `folder`; raises CatalogueError where anything does not resolve."""
    catalogue = Catalogue(
        families=by_code(read(folder, "families"), "slug"),
        life_events=by_code(read(folder, "life_events")),
        documents=by_code(read(folder, "documents")),
        laws=by_code(read(folder, "legal_basis")),
        steps=by_code(read(folder, "steps")),
        workflows=by_code(read(folder, "workflows"), "template"),
        procedures=by_code(read(folder, "procedures")),
        texts=by_code(read(folder, "texts")),
        field_labels=by_code(read(folder, "field_labels"), "field_name"),
        option_labels={(row["field_name"], row["option"]): row for row in read(folder, "option_labels")},
        conditions={(row["procedure"], row["field"]): row for row in read(folder, "conditions")},
        joint=by_code(read(folder, "joint"), "procedure"),
    )
    for named in (catalogue.families, catalogue.life_events, catalogue.documents, catalogue.steps):
        for row in named.values():
            row.in_languages("name")
    for row in catalogue.laws.values():
        row.in_languages("name", ("eu", "es"))
    for row in catalogue.documents.values():
        if row["source"][:4] not in SOURCES:
            raise row.wrong("source", f"“{row['source']}” is not known")
    for row in catalogue.workflows.values():
        _check_workflow(catalogue, row)
    for row in catalogue.procedures.values():
        _check_procedure(catalogue, row)
    for row in catalogue.joint.values():
        _check_joint(catalogue, row)
    return catalogue


def _check_workflow(catalogue: Catalogue, row: Row) -> None:
    steps = row.parse("steps", tables.parse_steps)
    for step in steps:
        if step["code"] not in catalogue.steps:
            raise row.wrong("steps", f"“{step['code']}” is not in steps.csv")
    if steps[-1]["code"] not in LAST_STEPS:
        raise row.wrong("steps", f"ends in “{steps[-1]['code']}”, not in {', '.join(sorted(LAST_STEPS))}")


def _check_joint(catalogue: Catalogue, row: Row) -> None:
    """Who joins adheres to an entry in the book, and nobody is told by e-mail of a discreet matter."""
    procedure = catalogue.procedures.get(row["procedure"])
    if procedure is None:
        raise row.wrong("procedure", f"“{row['procedure']}” is not in procedures.csv")
    workflow = catalogue.workflows[procedure["workflow_template"]]
    registered = any(step["code"] == "register_in" for step in workflow.parse("steps", tables.parse_steps))
    if not registered or procedure["automatic"] == "yes" or procedure["code"] in DISCREET:
        raise row.wrong("procedure", "it is not registered, is answered at once, or is discreet")
    for column in ("most", "days"):
        row.parse(column, int)


def _check_procedure(catalogue: Catalogue, row: Row) -> None:
    row.in_languages("name")
    if row["code"] not in catalogue.texts:
        raise row.wrong("code", f"{row['code']} is not in texts.csv")
    for stem in ("summary", "who", "need", "next"):
        catalogue.texts[row["code"]].in_languages(stem)
    for column, known in (
        ("family", catalogue.families),
        ("workflow_template", catalogue.workflows),
        ("initiation", Initiation.values),
        ("identity_level_required", IdentityLevel.values),
    ):
        if row[column] not in known:
            raise row.wrong(column, f"“{row[column]}” is not known")
    events = row["life_event"].split(",")
    documents = [code for code, _ in row.parse("document_codes", tables.parse_documents)]
    laws = [code for code, _ in row.parse("legal_codes", tables.parse_laws)]
    for column, codes, table in (
        ("life_event", events, catalogue.life_events),
        ("document_codes", documents, catalogue.documents),
        ("legal_codes", laws, catalogue.laws),
    ):
        for code in codes:
            if code not in table:
                raise row.wrong(column, f"“{code}” is not known")
    row.parse("resolution_deadline", tables.parse_term)
    row.parse("fee", tables.parse_fee)
    row.parse("sla_days", int)
    catalogue.fields_of(row)
    if row["automatic"] == "yes" and row["workflow_template"] not in AUTOMATIC_TEMPLATES:
        raise row.wrong("automatic", f"only {', '.join(sorted(AUTOMATIC_TEMPLATES))} can be automatic")
