"""Which ways there are, the demonstration's that no production takes, and what is asked of whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from core.documents.constants import DocumentKind
from core.documents.services import new_upload, save_all, store
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from core.signing.constants import RequestState
from core.signing.gateways import troubles
from core.signing.models import Signature, SigningRequest
from core.signing.services import ask, cancel, follow_person, my_requests
from tests.cast import Cast
from tests.signing.conftest import address, shown

pytestmark = pytest.mark.django_db


def test_the_demonstration_signs_and_says_that_it_is_one(citizen_client: Client, asked: SigningRequest) -> None:
    citizen_client.post(address(asked, "demo/"), {"sha256": shown(asked)})
    with acting_for(asked.municipality_id or 0):
        signature = Signature.objects.get()
        assert "BiscayTIK DEMO" in signature.evidence["issuer_subject"] and signature.signed_version_id
    assert "sinatuta dago" in citizen_client.get(address(asked)).content.decode()


def test_no_production_takes_the_demonstration(citizen_client: Client, asked: SigningRequest, settings: Any) -> None:
    settings.PRODUCTION = True
    assert any(trouble.gateway == "demo" for trouble in troubles())
    with pytest.raises(ImproperlyConfigured):
        citizen_client.post(address(asked, "demo/"), {"sha256": shown(asked)})
    settings.SIGNING_GATEWAYS = ["code"]
    assert citizen_client.post(address(asked, "demo/"), {"sha256": shown(asked)}).status_code == 404


@pytest.mark.parametrize(
    ("ways", "said"),
    [(["none"], "no way to sign"), (["cloud"], "no address"), (["code", "autofirma"], "")],
)
def test_what_is_set_up_wrong_is_said_before_the_start(ways: list[str], said: str, settings: Any) -> None:
    settings.SIGNING_GATEWAYS, settings.CSC_URL, settings.CSC_CLIENT_ID = ways, "", ""
    assert said in " ".join(trouble.message for trouble in troubles())
    assert bool(troubles()) == bool(said)


def test_a_way_that_is_off_is_not_there(citizen_client: Client, asked: SigningRequest, settings: Any) -> None:
    settings.SIGNING_GATEWAYS = ["code"]
    page = citizen_client.get(address(asked)).content.decode()
    assert "code/send/" in page and "autofirma/begin/" not in page
    citizen_client.post(address(asked, "autofirma/begin/"), {"sha256": shown(asked)})
    assert "Aukeratu beste bat" in citizen_client.get(address(asked)).content.decode()


def test_what_is_no_pdf_is_signed_with_a_code_alone(citizen_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        stored = store(cast.mundaka.pk, b"\xff\xd8\xff" + bytes(100))
        document, version = new_upload(
            kind=DocumentKind.OTHER, title="Argazkia", stored=stored, file_name="a.jpg", mime="image/jpeg",
            actor=cast.clerk(),
        )  # fmt: skip
        save_all([document], [version])
        request = ask(document=document, person=cast.ane.person, name="Ane", actor=cast.clerk())
    page = citizen_client.get(address(request)).content.decode()
    assert "code/send/" in page and "autofirma/begin/" not in page and "/demo/" not in page
    answer = citizen_client.get(address(request, "file/"))
    assert answer["Content-Type"] == "application/octet-stream" and "attachment" in answer["Content-Disposition"]


def test_a_broken_pdf_is_signed_with_a_code_alone(citizen_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        stored = store(cast.mundaka.pk, b"%PDF-1.7 nothing else")
        document, version = new_upload(
            kind=DocumentKind.OTHER, title="Plana", stored=stored, file_name="a.pdf", actor=cast.clerk()
        )
        save_all([document], [version])
        request = ask(document=document, person=cast.ane.person, name="Ane", actor=cast.clerk())
    page = citizen_client.get(address(request)).content.decode()
    assert "code/send/" in page and "autofirma/begin/" not in page


def test_a_document_that_is_still_being_made_waits(citizen_client: Client, asked: SigningRequest, cast: Cast) -> None:
    from core.documents.services import new_document

    with acting_for(cast.mundaka.pk):
        document = new_document(
            kind=DocumentKind.AGREEMENT, title_eu="a", title_es="a", template="statement", context={}, language="eu",
            actor=cast.clerk(),
        )  # fmt: skip
        save_all([document])
        request = ask(document=document, person=cast.ane.person, name="Ane", actor=cast.clerk())
    page = citizen_client.get(address(request)).content.decode()
    assert "data-waiting" in page and "code/send/" not in page
    assert citizen_client.get(address(request, "file/")).status_code == 404


def test_the_same_is_asked_once_and_no_day_that_has_passed(asked: SigningRequest, cast: Cast) -> None:
    given: dict[str, Any] = {"person": cast.ane.person, "name": "Ane", "actor": cast.clerk()}
    with acting_for(cast.mundaka.pk):
        assert ask(document=asked.document, **given).pk == asked.pk
        with pytest.raises(DomainError):
            ask(document=asked.document, due_on=timezone.localdate() - timedelta(days=1), **given)


def test_what_is_not_asked_for_any_more_leaves_her_list(
    citizen_client: Client, asked: SigningRequest, cast: Cast
) -> None:
    with reading_own(cast.ane.person_id or 0):
        assert [one.pk for one in my_requests()] == [asked.pk]
    with acting_for(cast.mundaka.pk):
        with pytest.raises(DomainError):
            cancel(request=asked, reason=" ", actor=cast.clerk())
        assert cancel(request=asked, reason="Oker", actor=cast.clerk()).state == RequestState.CANCELLED
        with pytest.raises(DomainError):
            cancel(request=asked, reason="Oker", actor=cast.clerk())
    with reading_own(cast.ane.person_id or 0):
        assert my_requests() == []
    assert "Oker" in citizen_client.get(address(asked)).content.decode()


def test_what_was_asked_of_a_provisional_person_follows_her(asked: SigningRequest, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        follow_person(cast.ane.person_id or 0, cast.jon.person_id or 0)
        assert SigningRequest.objects.get().person_id == cast.jon.person_id


def test_two_persons_who_are_one_are_asked_once(asked: SigningRequest, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        his = ask(document=asked.document, person=cast.jon.person, name="Jon", actor=cast.clerk())
        follow_person(cast.ane.person_id or 0, cast.jon.person_id or 0)
        assert list(SigningRequest.objects.filter(state=RequestState.OPEN)) == [his]


def test_what_is_not_asked_for_any_more_is_not_read_by_its_address(
    citizen_client: Client, asked: SigningRequest, cast: Cast
) -> None:
    assert citizen_client.get(address(asked, "file/")).status_code == 200
    with acting_for(cast.mundaka.pk):
        cancel(request=asked, reason="Oker", actor=cast.clerk())
    assert citizen_client.get(address(asked, "file/")).status_code == 404
    assert "file/" not in citizen_client.get(address(asked)).content.decode()


def test_whoever_lost_her_session_comes_back_to_the_page(asked: SigningRequest) -> None:
    answer = Client().get(address(asked))
    assert answer.status_code == 302 and f"next={address(asked)}" in answer["Location"]
