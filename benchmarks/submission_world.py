"""Furnishes the bench's database: a procedure of the size that Open Forms was measured with, and signed-in accounts.

`python -m benchmarks.submission_world N` prints one session key a line. Not a bench by itself.
"""

import sys
import time
from typing import Any

CODE, TOWN = "BEN-001", "mundaka"
FIELDS = [
    ("works", "select", True, [("kitchen", "Kitchen"), ("roof", "Roof")], {}),
    ("roof_area", "number", True, [], {"field": "you_channel", "equals": ["electronic"]}),  # the one condition
    ("description", "textarea", True, [], {}),
    ("budget", "money", True, [], {}),
    ("start_date", "date", True, [], {}),
    ("scaffolding", "boolean", True, [], {}),
    ("address", "address", True, [], {}),
]
# two steps and fourteen fields: seven about who applies, seven about the works
YOU = {
    "you_as": "self", "you_name": "Jon Aldana Goiri", "you_identifier": "12345678Z", "you_email": "jon@example.eus",
    "you_phone": "946870000", "you_language": "eu", "you_channel": "electronic", "go_on": "1",
}  # fmt: skip
WORKS = {
    "works": "roof", "roof_area": "40", "description": "Teilatua berritzea.", "budget": "4.500,00",
    "start_date_0": "12", "start_date_1": "3", "start_date_2": "2027", "scaffolding": "yes",
    "address_0": "Kepa Deuna", "address_1": "3", "address_2": "2. A", "address_3": "48360", "address_4": "Mundaka",
    "go_on": "1",
}  # fmt: skip


def furnish(accounts: int) -> list[str]:
    """Makes everything and returns the sessions' keys."""
    from core.municipalities.models import ModuleAdoption
    from core.municipalities.scope import acting_for
    from core.municipalities.services import find_by_slug
    from procedures.services import enable_procedures

    town = find_by_slug(TOWN)
    assert town
    _procedure()
    with acting_for(town.municipality.pk):
        for module in ("registry", "case_files", "procedures", "census"):
            ModuleAdoption.objects.get_or_create(municipality=town.municipality, module=module)
        enable_procedures(town.municipality.pk, [CODE, "PAD-006"])
    return [session(f"bench{n}@example.eus") for n in range(accounts)]


def _procedure() -> None:
    from procedures.catalogue import publish_forms
    from procedures.models import Family, Procedure, ProcedureField, WorkflowTemplate

    names = {"name_eu": "Neurtzeko izapidea", "name_es": "Trámite de medida", "name_en": "Procedure for measuring"}
    procedure = Procedure.objects.create(
        code=CODE, family=Family.objects.get(prefix="URB"), workflow=WorkflowTemplate.objects.get(code="LICE"),
        applicants=["citizen", "representative"], identity_level="email", term_value=3, term_unit="months",
        silence="positive", position=999, **names,
    )  # fmt: skip
    ProcedureField.objects.bulk_create(
        ProcedureField(
            procedure=procedure, position=at, page=1, name=name, type=kind, required=required, condition=condition,
            options=[{"value": value, "eu": text, "es": text, "en": text} for value, text in options],
            label=name, label_eu=name, label_es=name, label_en=name,
        )
        for at, (name, kind, required, options, condition) in enumerate(FIELDS)
    )  # fmt: skip
    publish_forms([procedure.pk])


def session(email: str) -> str:
    """An account with its session, as the sign-in page leaves it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from core.identity.models import Person, User
    from core.identity.sessions import SessionStore

    user = User.objects.create_user(email, None, person=Person.objects.create(given_name="Jon", surname1="Aldana"))
    session: Any = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "core.identity.backends.RoleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write("\n".join(furnish(int(sys.argv[1]))) + "\n")
