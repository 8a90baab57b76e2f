"""PAD-006 and PAD-003 from the first click, through the forms that citizens fill in."""

from collections.abc import Callable

from django.test import Client

from case_files.constants import State
from case_files.models import CaseDocument, CaseFile, CaseTask
from census.models import Resident
from census.services import home_of
from core.audit.constants import Level
from core.documents.contexts import missing_keys
from core.documents.models import Document
from core.documents.services import render_now
from core.municipalities.scope import acting_for
from tests.case_files.files import do, walk_to
from tests.cast import Cast
from tests.procedures.walking import Walk

from . import people

Browser = Callable[..., Client]


def asked(client: Client, cast: Cast, **changes: str) -> CaseFile:
    walk = Walk(client, "PAD-006").begin().answer(**changes).send()
    assert walk.response.status_code == 302, walk.response.content.decode()[:3000]
    with acting_for(cast.mundaka.pk):
        return CaseFile.objects.get(procedure_code="PAD-006")


def test_a_proved_resident_has_her_slip_at_once(browser: Browser, online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        resident = people.ane()
    case_file = asked(browser(online.ane, level=Level.ACCOUNT), online, document_language="bilingual")
    with acting_for(online.mundaka.pk):
        slip = CaseDocument.objects.get(case_file=case_file, role="output").document
        assert case_file.state == State.CLOSED
        assert slip.context["holder_name"] == "Ane Etxebarria Uriarte"
        assert (slip.language, slip.context["reference"]) == ("bi", case_file.reference)
        assert missing_keys("volante", slip.context) == []
        assert Resident.objects.get(pk=resident.pk).person_id == online.ane.person_id


def test_the_slip_is_a_sealed_pdf(browser: Browser, online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        people.ane()
    asked(browser(online.ane), online)
    with acting_for(online.mundaka.pk):
        version = render_now(Document.objects.get(template="volante"))
    assert version.mime == "application/pdf"
    assert version.sealed_at


def handed(case_file: CaseFile) -> CaseTask:
    return CaseTask.objects.get(case_file=case_file, state="open")


def test_somebody_who_does_not_live_here_goes_to_a_clerk(browser: Browser, online: Cast) -> None:
    case_file = asked(browser(online.ane), online)
    with acting_for(online.mundaka.pk):
        assert handed(case_file).words
        assert not Document.objects.filter(template="volante").exists()


def test_an_identity_that_is_not_proved_gets_no_slip(browser: Browser, online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        people.ane()
    case_file = asked(browser(online.jon), online, you_identifier="12345678Z", you_name="Ane Etxebarria Uriarte")
    with acting_for(online.mundaka.pk):
        assert handed(case_file).words
        assert not Document.objects.filter(template="volante").exists()


def test_a_move_from_the_form_to_the_padron(browser: Browser, online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        resident = people.ane()
        people.dwelling("7", "1", "ESK")
    answers = {
        **{f"new_address_{at}": text for at, text in enumerate(("Intxaurrondo kalea", "7", "1. esk", "", "Mundaka"))},
        **{f"move_date_{at}": text for at, text in enumerate(("1", "3", "2026"))},
        "registrants_count": "1",
        "registrants_0_name": "Ane",
        "registrants_0_surnames": "Etxebarria Uriarte",
        "registrants_0_identifier": "12345678Z",
        "registrants_0_birth_date": "",
    }
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "PAD-003").begin().answer(**answers).send()
    assert walk.response.status_code == 302, walk.response.content.decode()[:3000]
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get(procedure_code="PAD-003")
        do(walk_to(case_file, "resolution", online.clerk()), online.clerk())
        home = home_of(resident)
        assert home is not None
        assert home.dwelling.number == "7"
