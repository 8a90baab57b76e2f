"""One full context for each template."""

from typing import Any

SAID = {"eu": "Obra txikiak", "es": "Obras menores"}
LINES = [{"label": {"eu": "Kokapena", "es": "Emplazamiento"}, "value": "Kepa Deuna 12"}]
FILES = [{"name": "planoa.pdf", "mime": "application/pdf", "size": 12345, "sha256": "ab" * 32}]
WORDS = {
    "procedure": SAID,
    "party": "Ane Etxebarria",
    "text": "Ados.\n\nBestela ez.",
    "signed_by": "Miren Bilbao",
    "signed_as": {"eu": "Idazkaria", "es": "Secretaria"},
    "signed_on": "2026-11-22",
    "reference": "MUN-2026-000012",
}
MATTER = {"procedure": SAID, "party": "Ane Etxebarria"}

SAMPLES: dict[str, dict[str, Any]] = {
    "statement": {
        "party": "Ane Etxebarria",
        "party_identifier": "12345678Z",
        "text": {"eu": "Ahalordea ematen du.", "es": "Otorga el poder."},
        "lines": LINES,
        "stated_at": "2026-11-22T10:31:05+01:00",
        "clerk": "Miren Bilbao",
    },
    "receipt": {
        "number": "2026-E-000123",
        "kind": "E",
        "at": "2026-11-22T10:31:05+01:00",
        "deemed_at": "2026-11-23T00:00:00+01:00",
        "moved": True,
        "hash": "cd" * 32,
        "mode": "02",
        "summary": "Sukaldea berritzea",
        "procedure": SAID,
        "procedure_code": "URB-002",
        "sia": "",
        "unit": {"eu": "Hirigintza", "es": "Urbanismo"},
        "unit_dir3": "LA0001234",
        "party": "Ane Etxebarria",
        "party_identifier": "12345678Z",
        "representative": "",
        "representative_identifier": "",
        "lines": LINES,
        "attachments": FILES,
        "term": {"eu": "hiru hilabete", "es": "tres meses"},
        "silence": {"eu": "onartutzat joko da", "es": "se entenderá estimada"},
    },
    "volante": {
        "holder_name": "Ane Etxebarria Uriarte",
        "holder_identifier": "12345678Z",
        "birth_date": "1984-03-12",
        "birth_place": "Gernika-Lumo",
        "nationality": {"eu": "Espainia", "es": "España"},
        "address": "Kepa Deuna kalea 12, 2. ezk.",
        "postcode": "48360",
        "place": "Mundaka",
        "section": "01-001",
        "registered_since": "1984-03-20",
        "address_since": "2011-09-01",
        "issued_at": "2026-11-22T10:31:05+01:00",
        "purpose": "Eskola",
    },
    "extract": {
        "intro": {"eu": "Ziurtatzen da:", "es": "Certifica:"},
        "lines": LINES,
        "tables": [
            {
                "title": {"eu": "Helbideak", "es": "Direcciones"},
                "columns": [{"eu": "Noiztik", "es": "Desde"}, {"eu": "Kopurua", "es": "Número"}],
                "rows": [["2020-01-15", {"eu": "hiru", "es": "tres"}]],
            }
        ],
        "closing": {"eu": "Zigiluarekin.", "es": "Con sello."},
        "issued_at": "2026-11-22T10:31:05+01:00",
    },
    "correction_request": MATTER
    | {
        "filed_on": "2026-11-20",
        "entry_number": "2026-E-000123",
        "items": [{"text": {"eu": "Planoa falta da", "es": "Falta el plano"}}],
        "working_days": 10,
    },
    "report": WORDS | {"subject": {"eu": "Txosten teknikoa", "es": "Informe técnico"}},
    "proposal": WORDS | {"outcome": {"eu": "Onartzea", "es": "Estimar"}},
    "resolution": WORDS
    | {
        "outcome": {"eu": "Onartu da", "es": "Estimada"},
        "body": {"eu": "Alkatetza", "es": "Alcaldía"},
        "ends_path": True,
    },
    "notification": {
        "subject": SAID,
        "party": "Ane Etxebarria",
        "address": ["Kepa Deuna kalea 12", "48360 Mundaka"],
        "issued_on": "2026-11-22",
        "legal": True,
        "channel": "paper",
        "text": {"eu": "Ebazpena jakinarazten dizugu.", "es": "Le notificamos la resolución."},
    },
    "answer": WORDS | {"filed_on": "2026-11-20", "entry_number": "2026-E-000123"},
    "fee_notice": MATTER
    | {
        "concept": SAID,
        "amount_cents": 123450,
        "payable_until": "2026-12-22",
        "ordinance": {"eu": "2. ordenantza fiskala", "es": "Ordenanza fiscal 2"},
    },
    "bank_slip": MATTER
    | {
        "concept": SAID,
        "amount_cents": 1250,
        "payable_until": "2026-12-31",
        "issuer": "480203",
        "slip_reference": "000001234564",
        "identification": "1101266365",
        "barcode": "905214802030000012345641101266365000012500",
    },
    "payment_receipt": MATTER
    | {
        "concept": SAID,
        "amount_cents": 1250,
        "paid_at": "2026-11-22T10:31:05+01:00",
        "gateway": "redsys",
        "order": "2611AB12CD34",
        "authorisation": "331113",
    },
    "day_closure": {
        "kind": "E",
        "year": 2026,
        "day": "2026-11-20",
        "first_number": "2026-E-000100",
        "last_number": "2026-E-000123",
        "entries": 24,
        "last_hash": "ef" * 32,
    },
    "application": MATTER
    | {
        "procedure_code": "URB-002",
        "party_identifier": "12345678Z",
        "filed_at": "2026-11-22T10:31:05+01:00",
        "sections": [{"title": SAID, "lines": LINES}],
        "attachments": FILES,
    },
}
