"""Whether a certificate is believed, and whom it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.management import CommandError, call_command

from core.identity.contrib.certificate.subject import read_subject
from core.identity.contrib.certificate.trust import check
from core.identity.models import IssuerCertificate, TrustedIssuer
from core.identity.services.issuers import bundle, load_issuer
from core.municipalities.services import DomainError
from tests.identity.pki import ANE, Authority, answering, usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def izenpe(tmp_path: Path, asked: list[str]) -> Iterator[Authority]:
    root = Authority(tmp_path, "Izenpe.com")
    authority = Authority(tmp_path, "Herritarren CA", parent=root)
    with answering(authority) as questions:
        load_issuer(root.pem + authority.pem)
        yield authority
        asked.extend(questions)


def refusal(authority: Authority, **how: object) -> str:
    with pytest.raises(DomainError) as caught:
        check(authority.issue(**how).certificate)  # type: ignore[arg-type]
    return str(caught.value.message)


@pytest.mark.parametrize("ask", ["ocsp", "crl"])
def test_a_good_certificate_leaves_its_evidence(izenpe: Authority, ask: str) -> None:
    evidence = check(izenpe.issue(ask=ask).certificate)
    assert evidence["issuer"] == "Izenpe"
    assert len(evidence[f"{ask}_sha256"]) == 1


def test_the_answer_about_revocation_is_kept_until_it_must_be_asked_again(tmp_path: Path) -> None:
    root = Authority(tmp_path, "Izenpe.com")
    with answering(root) as questions:
        load_issuer(root.pem)
        ane = root.issue().certificate
        check(ane)
        check(ane)
        assert questions == ["/ocsp"]


@pytest.mark.parametrize("ask", ["ocsp", "crl"])
def test_a_revoked_certificate_is_refused(izenpe: Authority, ask: str) -> None:
    stolen = izenpe.issue(ask=ask).certificate
    izenpe.revoked.add(stolen.serial_number)
    with pytest.raises(DomainError, match="revoked"):
        check(stolen)


def test_what_else_is_refused_and_why(izenpe: Authority, tmp_path: Path) -> None:
    assert "expired" in refusal(izenpe, days=-1)
    assert "for signing" in refusal(izenpe, uses=usage(content_commitment=True))
    assert "not meant" in refusal(izenpe, extended=ExtendedKeyUsageOID.SERVER_AUTH)
    assert "ask the issuer" in refusal(izenpe, ask="nowhere")
    stranger = Authority(tmp_path, "Izenpe.com")  # the same name, another key
    stranger.address = izenpe.address
    assert "who issued" in refusal(stranger)


def test_an_issuer_that_does_not_answer_means_no(tmp_path: Path) -> None:
    silent = Authority(tmp_path, "Izenpe.com", address="http://127.0.0.1:9")
    load_issuer(silent.pem)
    assert "ask the issuer" in refusal(silent)


def test_an_answer_that_somebody_else_signed_counts_for_nothing(izenpe: Authority, tmp_path: Path) -> None:
    stolen = izenpe.issue().certificate
    izenpe.revoked.add(stolen.serial_number)
    liar = Authority(tmp_path, "Herritarren CA")
    izenpe.answer_ocsp = liar.answer_ocsp  # type: ignore[method-assign]
    with pytest.raises(DomainError):
        check(stolen)


def test_an_issuer_that_is_switched_off_is_unknown(izenpe: Authority) -> None:
    TrustedIssuer.objects.update(enabled=False)
    assert "who issued" in refusal(izenpe)


@pytest.mark.parametrize(
    ("subject", "who", "represents"),
    [
        (ANE, ("12345678Z", "ANE", "ETXEBARRIA", "URIARTE"), None),
        ({"CN": "ETXEBARRIA URIARTE, ANE (AUTENTICACIÓN)", "SERIAL": "12345678Z", "GN": "ANE", "SN": "ETXEBARRIA"},
         ("12345678Z", "ANE", "ETXEBARRIA", "URIARTE"), None),
        ({"CN": "ANE", "DNQ": "-dni 12345678Z -ciu", "GN": "ANE", "SN": "DE LA TORRE URIARTE"},
         ("12345678Z", "ANE", "DE LA TORRE URIARTE", ""), None),
        ({"CN": "EL AMRANI YASMIN - Y1234567X", "GN": "YASMIN", "SN": "EL AMRANI"},
         ("Y1234567X", "YASMIN", "EL", "AMRANI"), None),
        (ANE | {"ORG": "VATES-P4802400D", "O": "UDALA"}, ("12345678Z", "ANE", "ETXEBARRIA", "URIARTE"), "P4802400D"),
    ],
)  # fmt: skip
def test_whom_a_certificate_names(
    tmp_path: Path, subject: dict[str, str], who: tuple[str, ...], represents: str | None
) -> None:
    found = read_subject(Authority(tmp_path).issue(subject).certificate)
    assert (found.value, found.given_name, found.surname1, found.surname2) == who
    assert (found.represents and found.represents.nif) == represents


@pytest.mark.parametrize("serial", ["IDCES-12345678A", "IDCFR-12345678Z", "P4802400D", "ANE"])
def test_a_certificate_without_a_number_of_ours_names_nobody(tmp_path: Path, serial: str) -> None:
    with pytest.raises(DomainError, match="no NIF"):
        read_subject(Authority(tmp_path).issue({"CN": "ANE", "SERIAL": serial}).certificate)


def test_the_operator_loads_authorities_and_gets_the_bundle_for_nginx(tmp_path: Path) -> None:
    root, other = Authority(tmp_path, "Izenpe.com"), Authority(tmp_path, "Nobody", organisation="NOBODY")
    (tmp_path / "root.pem").write_bytes(root.pem)
    call_command("load_issuer", tmp_path / "root.pem", "--bundle", tmp_path / "bundle.pem")
    assert (tmp_path / "bundle.pem").read_text() == bundle() == root.pem.decode()
    (tmp_path / "other.pem").write_bytes(other.pem)
    with pytest.raises(CommandError, match="no trusted issuer"):
        call_command("load_issuer", tmp_path / "other.pem")
    citizen = root.issue({"CN": "ANE", "O": "IZENPE S.A."})
    with pytest.raises(DomainError, match="no authority"):
        load_issuer(citizen.certificate_file.read_bytes())
    assert IssuerCertificate.objects.count() == 1
