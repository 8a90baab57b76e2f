"""The 59 that the catalogue calls automatic: each is answered in the same visit, or stands here with what it lacks."""

from procedures.automatic import answers
from procedures.catalogue import find_definition
from procedures.constants import FieldType, TermUnit
from procedures.models import Procedure

AUTOMATIC = 59
# what a clerk answers until the room that owns its data is there: nothing is certified from nothing
LEFT = {
    "no room for mailboxes": "DIG-001 DIG-002 DIG-005",
    "no tax rolls: what is owed, or that nothing is, can't be known": "TRI-001 TRI-004 TRI-005 TRI-007 TRI-009",
    "the cadastre is the Provincial Council's, and no service of it is connected": "TRI-018",
    "no register of fines: who drove, or what half of a fine is": "VEH-011 VEH-012",
    "no register of parking permits, nor the vehicles of the DGT": "VEH-005 VEH-015",
    "no register of activities": "ACT-005 ACT-013",
    "no register of animals": "ANI-001 ANI-002",
    "no room for waste: collections, cards and keys": "AMB-001 AMB-003",
    "no room for courses, passes, facilities, contests or the library": (
        "EDU-003 EDU-005 EDU-006 EDU-008 EDU-012 EUS-006 JUV-001 MAY-001"
    ),
    "no employment portal": "EMP-005",
    "no register of suppliers, nor the treasury's accounts of third parties": "CON-003 CON-005",
    "no room for participation: votes, associations, surveys": "PAR-003 PAR-005 PAR-008",
    "no room for the town's police": "POL-007",
    "no vouchers for shops": "CSM-004",
    "no notice board, nor lists of subscribers": "NOT-004",
}


def test_each_of_them_is_answered_or_has_its_reason(catalogue: None) -> None:
    automatic = set(Procedure.objects.filter(automatic=True).values_list("code", flat=True))
    left = [code for codes in LEFT.values() for code in codes.split()]
    by_hour = {code for code in automatic if asks_for_an_hour(code)}
    answered = set(answers) | by_hour
    assert len(automatic) == AUTOMATIC
    assert len(left) == len(set(left)) and answered.isdisjoint(left)
    assert answered | set(left) == automatic
    assert (len(answers), len(by_hour), len(left)) == (18, 5, 36)


def asks_for_an_hour(code: str) -> bool:
    """Answered with the hour itself: see `test_hours`."""
    definition = find_definition(code)
    return bool(definition and any(one.type == FieldType.APPOINTMENT for one in definition.form.fields))


def test_what_a_clerk_answers_is_not_promised_at_once(catalogue: None) -> None:
    for code in (code for codes in LEFT.values() for code in codes.split()):
        definition = find_definition(code)
        assert definition and not definition.automatic, f"{code}: its applicant is told that it has arrived"
        assert definition.term_unit != TermUnit.IMMEDIATE, code
