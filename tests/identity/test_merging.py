"""What somebody filed before she proved who she is stays hers, in every town and every room."""

from case_files.models import CaseParty
from core.audit.models import AuditRow
from core.identity.constants import ProofMethod
from core.identity.services import ProvedIdentity, person_for_desk, prove
from core.municipalities.scope import acting_for, reading_own, whole_province
from core.notifications.models import Notification
from registry.models import Entry
from tests.case_files.files import opened, party
from tests.cast import Cast
from tests.registry.cases import enter

JON = ProvedIdentity("nif", "87654321X", "Jon", "Aldana", "Goiri")


def test_after_the_merge_she_reads_what_she_filed_before_it(cast: Cast) -> None:
    before = cast.jon.person
    assert before
    with acting_for(cast.balmaseda.pk):
        actor = cast.citizen(cast.jon, cast.balmaseda)
        enter(cast, key="jon", actor=actor, person=before)
        Notification.objects.create(person=before, email="jon@example.eus", language="eu")
    with acting_for(cast.mundaka.pk):
        enter(cast, key="ane", person=cast.ane.person)
        file = opened(cast)
        added = party(cast.jon)
        added.case_file = file
        added.save()
        jon = person_for_desk(identity=JON, document="NAN", actor=cast.clerk())
        how = ProofMethod.CERTIFICATE
        assert prove(cast.jon, identity=JON, method=how, evidence={}, actor=cast.citizen(cast.jon)) == jon
    assert jon.pk != before.pk
    with reading_own(jon.pk):
        assert [entry.key for entry in Entry.objects.all()] == ["jon"]
        assert Notification.objects.count() == 1
        assert CaseParty.objects.get().person_id == jon.pk
    with whole_province("test"):
        assert Entry.objects.get(key="jon").person_id == before.pk  # the book stays as it was written
        assert AuditRow.objects.filter(action="audit.province_door").exists()
