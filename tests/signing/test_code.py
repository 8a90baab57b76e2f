"""The one-time code: bound to a document, a person, a request and an hour; good once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.audit.constants import Level
from core.audit.models import AuditRow
from core.documents.services import render_now
from core.municipalities.scope import acting_for, reading_own
from core.signing.constants import RequestState
from core.signing.contrib.code.codes import MOST_TRIES, SENT_AN_HOUR, bind, typed
from core.signing.models import Signature, SigningAttempt, SigningRequest
from core.signing.services import ask
from tests.cast import Cast
from tests.clients import sign_in
from tests.signing.conftest import address, bytes_of, made, shown

pytestmark = pytest.mark.django_db


def send(client: Client, request: SigningRequest, sha256: str = "") -> str:
    """Ask for a code by the page; the code."""
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(address(request, "code/send/"), {"sha256": sha256 or shown(request)})
    assert answer["Location"] == address(request, "code/"), messages(client, request)
    (message,) = mail.outbox
    return re.search(r"\b(\d{6})\b", message.subject)[1]  # type: ignore[index]


def messages(client: Client, request: SigningRequest) -> str:
    return client.get(address(request)).content.decode()


def enter(client: Client, request: SigningRequest, code: str) -> Any:
    return client.post(address(request, "code/"), {"code": code})


def state(request: SigningRequest) -> str:
    with acting_for(request.municipality_id or 0):
        return SigningRequest.objects.get(pk=request.pk).state


def test_she_signs_with_the_code_and_the_evidence_stays(
    citizen_client: Client, asked: SigningRequest, town: Cast
) -> None:
    page = citizen_client.get(address(asked)).content.decode()
    assert "Zatikatze-hitzarmena" in page and shown(asked)[:4] in page
    code = send(citizen_client, asked)
    assert mail.outbox[0].to == ["ane@example.eus"] and "Zatikatze" not in mail.outbox[0].body
    assert enter(citizen_client, asked, f"{code[:3]} {code[3:]}").status_code == 302
    assert state(asked) == RequestState.SIGNED
    with acting_for(town.mundaka.pk):
        signature = Signature.objects.select_related("proof").get()
        assert signature.sha256 == shown(asked) and signature.method == "code"
        assert signature.level == Level.CERTIFICATE and signature.identifier == "12345678Z"
        assert signature.evidence["email"] == "a…@example.eus" and code not in str(signature.evidence)
        assert "nire borondatez" in signature.statement
        proof = render_now(signature.proof)
        assert proof.sealed_at
        said = str(signature.proof.context)
        assert asked.document.csv[:4] in said and "12345678Z" in said
        assert AuditRow.objects.filter(action="signing.signed", subject_person_id=town.ane.person_id).exists()
    with reading_own(town.ane.person_id or 0):
        assert Signature.objects.count() == 1
    assert citizen_client.get(address(asked, "proof/")).status_code == 200
    assert b"".join(citizen_client.get(address(asked, "file/")).streaming_content) == bytes_of(asked)


def test_a_code_is_good_once(citizen_client: Client, asked: SigningRequest) -> None:
    code = send(citizen_client, asked)
    enter(citizen_client, asked, code)
    enter(citizen_client, asked, code)
    with acting_for(asked.municipality_id or 0):
        assert Signature.objects.count() == 1


def test_a_newer_code_ends_the_one_before(citizen_client: Client, asked: SigningRequest) -> None:
    first, second = send(citizen_client, asked), send(citizen_client, asked)
    if first != second:
        assert "azkena bidali" in enter(citizen_client, asked, first).content.decode()
    assert enter(citizen_client, asked, second).status_code == 302
    assert state(asked) == RequestState.SIGNED


def test_an_old_code_is_refused_with_what_to_do(citizen_client: Client, asked: SigningRequest) -> None:
    code = send(citizen_client, asked)
    with acting_for(asked.municipality_id or 0):
        SigningAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    enter(citizen_client, asked, code)
    assert "Hasi berriro sinatzen" in messages(citizen_client, asked)
    assert state(asked) == RequestState.OPEN


def test_the_code_of_one_document_signs_no_other(citizen_client: Client, asked: SigningRequest, town: Cast) -> None:
    with acting_for(town.mundaka.pk):
        document = made(town.clerk(), "Beste bat")
        other = ask(document=document, person=town.ane.person, name="Ane", actor=town.clerk())
    first, second = send(citizen_client, asked), send(citizen_client, other)
    if first != second:
        assert enter(citizen_client, other, first).status_code == 200
    assert state(other) == RequestState.OPEN
    assert enter(citizen_client, other, second).status_code == 302
    assert (state(asked), state(other)) == (RequestState.OPEN, RequestState.SIGNED)


def test_whoever_guesses_is_stopped_and_every_try_stays_counted(citizen_client: Client, asked: SigningRequest) -> None:
    code = send(citizen_client, asked)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(MOST_TRIES):
        assert enter(citizen_client, asked, wrong).status_code == 200
    assert enter(citizen_client, asked, code).status_code == 302
    assert "Eskatu beste bat" in messages(citizen_client, asked)
    assert state(asked) == RequestState.OPEN
    with acting_for(asked.municipality_id or 0):
        attempt = SigningAttempt.objects.get()
        assert (attempt.tries, attempt.state) == (MOST_TRIES + 1, "failed")


def test_codes_are_not_mailed_without_end(citizen_client: Client, asked: SigningRequest) -> None:
    for _try in range(SENT_AN_HOUR):
        send(citizen_client, asked)
    mail.outbox.clear()
    citizen_client.post(address(asked, "code/send/"), {"sha256": shown(asked)})
    assert not mail.outbox and "ordubete barru" in messages(citizen_client, asked)


def test_only_an_identified_session_gets_a_code(asked: SigningRequest, town: Cast) -> None:
    client = sign_in(Client(), town.ane, level=Level.ACCOUNT)
    assert "/eu/account/identify/?next=" in messages(client, asked)
    mail.outbox.clear()
    client.post(address(asked, "code/send/"), {"sha256": shown(asked)})
    assert not mail.outbox and "Identifikatu" in messages(client, asked)


def test_a_weaker_session_does_not_end_what_an_identified_one_began(
    citizen_client: Client, asked: SigningRequest, town: Cast
) -> None:
    code = send(citizen_client, asked)
    enter(sign_in(Client(), town.ane, level=Level.ACCOUNT), asked, code)
    assert state(asked) == RequestState.OPEN
    enter(citizen_client, asked, code)
    assert state(asked) == RequestState.SIGNED


def test_what_was_not_shown_is_not_signed(citizen_client: Client, asked: SigningRequest) -> None:
    citizen_client.post(address(asked, "code/send/"), {"sha256": "0" * 64})
    assert "aldatu egin da" in messages(citizen_client, asked)
    with acting_for(asked.municipality_id or 0):
        assert not SigningAttempt.objects.exists()


def test_nobody_else_sees_or_signs_it(asked: SigningRequest, town: Cast) -> None:
    jon = sign_in(Client(), town.jon, level=Level.CERTIFICATE)
    for more in ("", "file/", "proof/", "code/"):
        assert jon.get(address(asked, more)).status_code == 404
    assert jon.post(address(asked, "code/send/"), {"sha256": shown(asked)}).status_code == 404


def test_she_may_decline_and_says_why(citizen_client: Client, asked: SigningRequest) -> None:
    citizen_client.post(address(asked, "decline/"), {"reason": "Zenbatekoa ez da hori"})
    assert state(asked) == RequestState.DECLINED
    assert "Zenbatekoa ez da hori" in messages(citizen_client, asked)
    citizen_client.post(address(asked, "code/send/"), {"sha256": shown(asked)})
    assert state(asked) == RequestState.DECLINED


BOUND: dict[str, Any] = {
    "sha256": "a" * 64, "person_id": 7, "slug": "s", "until": datetime(2026, 11, 22, 10, tzinfo=UTC), "nonce": "n",
}  # fmt: skip


@given(
    code=st.from_regex(r"[0-9]{6}", fullmatch=True), other=st.from_regex(r"[0-9]{6}", fullmatch=True), data=st.data()
)
def test_a_code_is_bound_to_everything_it_was_sent_for(code: str, other: str, data: st.DataObject) -> None:
    digest = bind(code, **BOUND)
    assert (bind(other, **BOUND) == digest) == (code == other)
    name = data.draw(st.sampled_from(sorted(BOUND)))
    changes: dict[str, Any] = {
        "sha256": "b" * 64, "person_id": 8, "slug": "t", "until": BOUND["until"] + timedelta(seconds=1), "nonce": "m",
    }  # fmt: skip
    assert bind(code, **BOUND | {name: changes[name]}) != digest


@given(st.from_regex(r"[0-9]{6}", fullmatch=True), st.lists(st.sampled_from(" -.\t"), min_size=5, max_size=5))
def test_blanks_in_a_code_do_not_matter(code: str, between: list[str]) -> None:
    assert typed("".join(digit + mark for digit, mark in zip(code, [*between, ""], strict=True))) == code
