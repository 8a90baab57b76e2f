"""AutoFirma, from the button to the evidence, and everything that must not pass on the way."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from django.test import Client
from django.utils import timezone
from pyhanko.sign.fields import SigSeedSubFilter

from core.audit.constants import Level
from core.documents import rendering
from core.documents.constants import DocumentKind
from core.documents.services import new_upload, save_all, store
from core.municipalities.scope import acting_for
from core.signing.constants import RequestState
from core.signing.contrib.autofirma import exchange
from core.signing.models import Signature, SigningAttempt, SigningRequest
from core.signing.services import ask, shown_version
from tests.cast import Cast
from tests.clients import sign_in
from tests.identity.pki import Authority, usage
from tests.servers import Identity
from tests.signing.autofirma import AutoFirma, Refused, cipher
from tests.signing.conftest import JON, address, bytes_of, shown
from tests.signing.signer import der, signed

pytestmark = pytest.mark.django_db
Card = Callable[..., Identity]


def begun(client: Client, request: SigningRequest) -> str:
    """Press the button; the address that opens AutoFirma."""
    client.post(address(request, "autofirma/begin/"), {"sha256": shown(request)})
    page = client.get(address(request, "autofirma/")).content.decode()
    return html.unescape(re.search(r'href="(afirma://[^"]+)"', page)[1])  # type: ignore[index]


@pytest.fixture
def programme(citizen_client: Client, asked: SigningRequest) -> AutoFirma:
    """Opened, with the document fetched."""
    opened = AutoFirma()
    opened.open(begun(citizen_client, asked))
    return opened


def look(client: Client, request: SigningRequest) -> str:
    """“I have signed: look now”; what the page says then."""
    answer = client.post(address(request, "autofirma/"))
    return client.get(answer["Location"]).content.decode()


def state(request: SigningRequest) -> str:
    with acting_for(request.municipality_id or 0):
        return SigningRequest.objects.get(pk=request.pk).state


def refused(client: Client, request: SigningRequest, words: str) -> None:
    """The page says so, nothing is signed, and she may begin again."""
    said = look(client, request)
    assert words in said, re.findall(r'class="banner.*?</div>', said, re.S)
    assert state(request) == RequestState.OPEN
    with acting_for(request.municipality_id or 0):
        assert not Signature.objects.exists()
    assert "autofirma/begin/" in said


def test_she_signs_with_her_card(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card, town: Cast
) -> None:
    original = bytes_of(asked)
    assert programme.document == original
    states = [citizen_client.get(address(asked, "autofirma/state/")).json()["state"]]
    assert programme.say("#WAIT") == "OK"
    hers = card()
    assert programme.sign(hers) == "OK"
    states.append(citizen_client.get(address(asked, "autofirma/state/")).json()["state"])
    assert states == ["working", "answered"]
    assert "sinatuta dago" in look(citizen_client, asked)
    with acting_for(town.mundaka.pk):
        signature = Signature.objects.select_related("version", "signed_version").get()
        assert signature.signed_version and signature.signed_version.number == 2
        assert signature.signed_version.sealed_at == signature.version.sealed_at
        assert signature.evidence["serial"] == f"{hers.certificate.serial_number:x}"
        assert "12345678Z" in signature.evidence["subject"] and signature.evidence["trust"]["ocsp"]
    page = citizen_client.get(f"{address(asked, 'file/')}?signed")
    assert b"".join(page.streaming_content).startswith(original)
    assert b"".join(citizen_client.get(address(asked, "file/")).streaming_content) == original


def test_an_uploaded_file_gets_the_town_s_seal_and_then_hers(citizen_client: Client, card: Card, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        drawn = rendering.render("<html lang=eu><title>Plana</title><p>Plana</p></html>", seal=None).pdf
        stored = store(cast.mundaka.pk, drawn)
        document, version = new_upload(
            kind=DocumentKind.OTHER, title="Plana", stored=stored, file_name="plana.pdf", actor=cast.clerk()
        )
        save_all([document], [version])
        request = ask(document=document, person=cast.ane.person, name="Ane", actor=cast.clerk())
    opened = AutoFirma()
    opened.open(begun(citizen_client, request))
    assert opened.document.startswith(drawn) and opened.document != drawn
    opened.sign(card())
    assert "sinatuta dago" in look(citizen_client, request)
    with acting_for(cast.mundaka.pk):
        assert [one.number for one in document.versions.order_by("number")] == [1, 2, 3]


def test_a_session_by_password_may_sign_with_a_card(asked: SigningRequest, card: Card, town: Cast) -> None:
    client, opened = sign_in(Client(), town.ane, level=Level.ACCOUNT), AutoFirma()
    opened.open(begun(client, asked))
    opened.sign(card())
    assert "sinatuta dago" in look(client, asked)


def test_a_certificate_for_identifying_signs_too_but_none_for_enciphering(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.sign(card(uses=usage(key_encipherment=True)))
    refused(citizen_client, asked, "ez da sinatzeko")
    again = AutoFirma()
    again.open(begun(citizen_client, asked))
    again.sign(card(uses=usage(digital_signature=True)))
    assert "sinatuta dago" in look(citizen_client, asked)


@pytest.mark.parametrize("policy", ["2.16.724.1.2.2.2.4", "2.16.724.1.2.2.2.4.1.0"])
def test_the_identity_card_s_certificate_for_authentication_signs_nothing(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card, policy: str
) -> None:
    """Its card holds another one to sign with: whoever gives the PIN to identify herself signs nothing."""
    programme.sign(card(policy=policy, uses=usage(digital_signature=True)))
    refused(citizen_client, asked, "zeure burua identifikatzeko")


@pytest.mark.parametrize(
    ("policy", "uses"),
    [
        ("2.16.724.1.2.2.2.3", usage(content_commitment=True)),  # DNIe, for signing
        ("1.3.6.1.4.1.5734.3.10.1", usage(digital_signature=True, key_encipherment=True)),  # FNMT has one for both
        ("2.16.724.1.2.2.2.41", usage(digital_signature=True)),  # another number that begins alike
    ],
)
def test_certificates_that_may_sign_do(
    citizen_client: Client,
    asked: SigningRequest,
    programme: AutoFirma,
    card: Card,
    policy: str,
    uses: x509.KeyUsage,
) -> None:
    programme.sign(card(policy=policy, uses=uses))
    assert "sinatuta dago" in look(citizen_client, asked)


def test_somebody_elses_certificate_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.sign(card(JON))
    refused(citizen_client, asked, "beste norbaitena da")


def test_a_revoked_certificate_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card, authority: Authority
) -> None:
    hers = card()
    authority.revoked.add(hers.certificate.serial_number)
    programme.sign(hers)
    refused(citizen_client, asked, "baliogabetu")


def test_an_expired_certificate_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.sign(card(days=-1))
    refused(citizen_client, asked, "iraungi")


def test_an_unknown_issuer_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, authority: Authority
) -> None:
    stranger = Authority(authority.folder, label="Nobody", organisation="Nobody")
    programme.sign(stranger.issue(ask="nowhere"))
    refused(citizen_client, asked, "nork eman")


def test_another_document_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    at = programme.document.index(b"\n") + 2  # in the comment that says that the file is binary
    other = programme.document[:at] + b"\xfe" + programme.document[at + 1 :]
    programme.bring(signed(other, card()), card())
    refused(citizen_client, asked, "erakutsi dizugun dokumentua")


def test_what_was_changed_after_signing_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    file = bytearray(signed(programme.document, card()))
    at = file.rindex(b"/ByteRange")
    file[at + 200] ^= 1
    programme.bring(bytes(file), card())
    refused(citizen_client, asked, "Ez da ezer sinatu")


def test_bytes_behind_the_signature_are_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.bring(signed(programme.document, card()) + b"\n% more", card())
    refused(citizen_client, asked, "Ez da ezer sinatu")


def test_a_page_that_was_painted_over_before_signing_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    """The original's bytes come first and the signature covers all: only the update between them lies."""
    import io

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(programme.document))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 0 0 500 500 re f Q"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    programme.bring(signed(out.getvalue(), card()), card())
    refused(citizen_client, asked, "beste zerbait gehitu")


def test_two_signatures_at_once_are_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    twice = signed(signed(programme.document, card()), card(), field="Signature2")
    programme.bring(twice, card())
    refused(citizen_client, asked, "sinadura berri bat")


def test_adobes_old_kind_of_signature_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    old = signed(programme.document, card(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    programme.bring(old, card())
    refused(citizen_client, asked, "PAdES")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CANCEL", "itxi duzu"),
        ("SAF_09: Error en la operacion de firma", "SAF_09"),
        ("SAF_19: No hay certificados", "ziurtagiririk aurkitu"),
        ("ERR-11:=Operacion cancelada", "itxi duzu"),
        ("zarata", "Hasi berriro"),
        ("0.AAAA|0.AAAA", "Hasi berriro"),
    ],
)
def test_what_autofirma_says_is_told_in_her_words(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, text: str, words: str
) -> None:
    assert programme.say(text) == "OK"
    refused(citizen_client, asked, words)


def test_looking_too_early_loses_nothing(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    assert "oraindik ez du sinadura ekarri" in look(citizen_client, asked)
    programme.sign(card())
    assert "sinatuta dago" in look(citizen_client, asked)


def test_the_document_is_handed_out_once(citizen_client: Client, asked: SigningRequest) -> None:
    where = begun(citizen_client, asked)
    AutoFirma().open(where)
    with pytest.raises(Refused, match="ERR-06"):
        AutoFirma().open(where)


def test_an_answer_is_taken_once(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.sign(card())
    assert programme.say("CANCEL").startswith("ERR-06:=")
    assert "sinatuta dago" in look(citizen_client, asked)
    assert programme.sign(card()).startswith("ERR-06:=")
    assert citizen_client.post(address(asked, "autofirma/")).status_code == 302
    with acting_for(asked.municipality_id or 0):
        assert Signature.objects.count() == 1


def test_an_answer_that_comes_too_late_is_not_taken(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    with acting_for(asked.municipality_id or 0):
        SigningAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert programme.sign(card()).startswith("ERR-06:=")
    assert citizen_client.get(address(asked, "autofirma/state/")).json() == {"state": "over"}
    refused(citizen_client, asked, "Denbora gehiegi")


def test_the_answer_of_an_attempt_that_she_began_again_signs_nothing(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    begun(citizen_client, asked)
    assert programme.sign(card()).startswith("ERR-06:=")


def test_the_document_changed_while_autofirma_was_open(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.sign(card())
    with acting_for(asked.municipality_id or 0):
        version = shown_version(asked)
        assert version
        version.pk, version.number, version.sha256 = None, 2, "1" * 64
        version.save(force_insert=True)
    refused(citizen_client, asked, "aldatu egin da")


def test_a_weak_digest_is_refused(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    programme.bring(signed(programme.document, card(), md_algorithm="sha1"), card())
    refused(citizen_client, asked, "PAdES")


def test_too_much_is_not_read(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MOST_POSTED", 1000)
    assert programme.say("A" * 1001).startswith("ERR-07:=")
    assert programme.say(cipher(b"x", programme.key)) == "OK"


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("retriever", "v=1_0&id=x", "ERR-00:="),
        ("retriever", "op=get&id=x", "ERR-20:="),
        ("retriever", "op=put&v=1_0&id=x", "ERR-01:="),
        ("retriever", "op=get&v=1_0", "ERR-05:="),
        ("retriever", "op=get&v=1_0&id=../../etc/passwd", "ERR-06:="),
        ("storage", "", "ERR-00:="),
        ("storage", "op=get&v=1_0&id=x&dat=x", "ERR-01:="),
        ("storage", "op=put&v=1_0&id=x", "ERR-02:="),
        ("storage", "op=put&v=1_0&dat=x", "ERR-05:="),
        ("storage", "op=put&v=1_0&id=abcdefghij0123456789&dat=x", "ERR-06:="),
        ("storage", "op=put&v=1_0&id=a\0b&dat=x", "ERR-06:="),
    ],
)
def test_the_services_answer_word_for_word(db: None, path: str, body: str, error: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        answer = client.post(f"/signing/{path}/", body.encode(), content_type=kind)
        assert answer.content.decode().startswith(error) and answer["Content-Type"].startswith("text/plain")
    assert client.get(f"/signing/{path}/?{body}").content.decode().startswith(error)


def test_identifiers_of_the_two_services_do_not_mix(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    with acting_for(asked.municipality_id or 0):
        file_id = SigningAttempt.objects.get().data["file_id"]
    answer = programme.post("/signing/storage/", f"op=put&v=1_0&id={file_id}&dat=CANCEL")
    assert answer.startswith("ERR-06:=")
    answer = programme.post("/signing/retriever/", f"op=get&v=1_0&id={programme.asked['id']}")
    assert answer.startswith("ERR-06:=")


def test_who_knocks_too_often_waits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "ASKED_A_MINUTE", 2)
    codes = [Client().post("/signing/storage/").status_code for _time in range(4)]
    assert codes[:2] == [200, 200] and 429 in codes[2:]


def test_an_evidence_certificate_is_the_one_that_signed(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Card
) -> None:
    """The certificate that AutoFirma says it used counts for nothing: the one in the signature does."""
    theirs = signed(programme.document, card(JON))
    programme.say(f"{cipher(der(card()), programme.key)}|{cipher(theirs, programme.key)}")
    refused(citizen_client, asked, "beste norbaitena da")
