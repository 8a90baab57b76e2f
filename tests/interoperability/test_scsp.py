"""The SCSP v3 gateway against a strict stand-in: it checks the signature, the schema's order and the certificate."""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.core.checks import run_checks
from lxml import etree

from core.audit.services import SYSTEM
from core.interoperability.answers import Away
from core.interoperability.contrib.scsp.messages import RULES, Invalid, body_of, read
from core.interoperability.models import DataLookup
from core.interoperability.services import ask_outside, look_up
from tests.cast import Cast
from tests.interoperability.test_lookups import consented

NS = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "p": "http://intermediacion.redsara.es/scsp/esquemas/V3/peticion",
}
VALUES = {
    "IdPeticion": "a" * 26, "IdSolicitud": "a" * 26, "TimeStamp": "2026-03-04T10:11:12.123+01:00",
    "CodigoCertificado": "SVDDGPCIWS02", "NifEmisor": "S2816015H", "NombreEmisor": "DGP",
    "IdentificadorSolicitante": "P4806900A", "NombreSolicitante": "Ayuntamiento de Mundaka",
    "UnidadTramitadora": "Ayuntamiento de Mundaka", "CodigoUnidadTramitadora": "L01480641",
    "CodProcedimiento": "VEH-002", "NombreProcedimiento": "Exención", "Automatizado": "S", "ClaseTramite": "99",
    "Finalidad": "Exención", "Consentimiento": "Ley", "NombreCompletoFuncionario": "Miren Bilbao",
    "NifFuncionario": "12345678Z", "IdExpediente": "MUN-2026-000001", "TipoDocumentacion": "NIF",
    "Documentacion": "12345678Z",
}  # fmt: skip

# where the schema says `sequence`, the order counts
SEQUENCES = {
    "Funcionario": ("NombreCompletoFuncionario", "NifFuncionario"),
    "Procedimiento": ("CodProcedimiento", "NombreProcedimiento", "Automatizado", "ClaseTramite"),
    "Titular": ("TipoDocumentacion", "Documentacion"),
}


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: Any) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sello")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    path: Path = tmp_path_factory.mktemp("scsp") / "key.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Platform:
    """Believes nothing: any fault of the message is an assertion."""

    def __init__(self) -> None:
        self.state, self.text, self.specific, self.asked = "0003", "", "<Grado>65</Grado>", []  # type: ignore[var-annotated]
        self.request_id = ""

    def post(self, url: str, message: bytes, *, headers: dict[str, str], timeout: Any) -> Any:
        root = etree.fromstring(message)
        self._check_signature(root)
        peticion = root.find("s:Body/p:Peticion", NS)
        names = [etree.QName(one).localname for one in peticion.iter()]
        for parent, children in SEQUENCES.items():
            at = names.index(parent)
            assert tuple(names[at + 1 : at + 1 + len(children)]) == children  # the schema's sequences
        told = {etree.QName(one).localname: one.text for one in peticion.iter() if one.text}
        assert url.endswith(f"/{told['CodigoCertificado']}") and headers["SOAPAction"]
        self.asked.append(told)
        return self.answer(self.request_id or told["IdPeticion"], told["CodigoCertificado"])

    def _check_signature(self, root: Any) -> None:
        body, info = root.find("s:Body", NS), root.find(".//ds:SignedInfo", NS)
        digest = hashlib.sha256(etree.tostring(body, method="c14n", exclusive=True)).digest()
        assert base64.b64decode(info.find(".//ds:DigestValue", NS).text) == digest
        token = root.find(".//wsse:BinarySecurityToken", NS).text
        certificate = x509.load_der_x509_certificate(base64.b64decode(token))
        signature = base64.b64decode(root.find(".//ds:SignatureValue", NS).text)
        signed = etree.tostring(info, method="c14n", exclusive=True)
        certificate.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr, call-arg]

    def answer(self, request_id: str, certificate: str) -> Any:
        response = requests.Response()
        response.status_code = 200
        response._content = (
            f'<s:Envelope xmlns:s="{NS["s"]}"><s:Body><Respuesta xmlns="http://intermediacion.redsara.es/scsp/esquemas/'
            f'V3/respuesta"><Atributos><IdPeticion>{request_id}</IdPeticion><NumElementos>1</NumElementos><Estado>'
            f"<CodigoEstado>{self.state}</CodigoEstado><LiteralError>{self.text}</LiteralError></Estado>"
            f"<CodigoCertificado>{certificate}</CodigoCertificado></Atributos><Transmisiones><TransmisionDatos>"
            '<DatosEspecificos xmlns="http://intermediacion.redsara.es/scsp/esquemas/datosespecificos">'
            f"{self.specific}</DatosEspecificos></TransmisionDatos></Transmisiones></Respuesta></s:Body></s:Envelope>"
        ).encode()
        return response


@pytest.fixture
def platform(monkeypatch: Any, settings: Any, key_file: Path) -> Iterator[Platform]:
    stand_in = Platform()
    monkeypatch.setattr("core.interoperability.contrib.scsp.gateway.requests.post", stand_in.post)
    settings.INTEROPERABILITY_GATEWAY, settings.SCSP_URL = "scsp", "https://scsp.example.eus/servicios"
    settings.SCSP_KEY_FILE, settings.SCSP_OFFICIAL = str(key_file), "Miren Bilbao,12345678Z"
    yield stand_in


@pytest.fixture
def asked(in_mundaka: Cast, platform: Platform) -> DataLookup:
    in_mundaka.mundaka.nif = "P4806900A"
    in_mundaka.mundaka.save()
    from core.municipalities.services import forget_towns

    forget_towns()
    return look_up(
        kind="large_family", person=in_mundaka.ane.person, case_reference="MUN-2026-000001", procedure_code="VEH-002",
        purpose="Exención del IVTM & más", actor=SYSTEM,
    )  # fmt: skip


def test_the_request_is_whole_signed_and_its_answer_is_left_for_a_clerk_to_read(
    asked: DataLookup, platform: Platform
) -> None:
    found = ask_outside(asked.pk)
    assert (found.state, found.holds, found.facts) == ("answered", None, {"Grado": "65"})
    (told,) = platform.asked
    assert (told["Documentacion"], told["Consentimiento"], told["Automatizado"]) == ("12345678Z", "Ley", "S")
    assert told["Finalidad"] == "Exención del IVTM & más" and told["IdExpediente"] == "MUN-2026-000001"


def test_what_a_special_law_guards_is_asked_for_with_her_consent(
    in_mundaka: Cast, asked: DataLookup, platform: Platform
) -> None:
    consented(in_mundaka)
    row = look_up(
        kind="disability", person=in_mundaka.ane.person, case_reference="MUN-2026-000001", procedure_code="VEH-002",
        purpose="Exención del IVTM", actor=SYSTEM,
    )  # fmt: skip
    ask_outside(row.pk)
    (told,) = platform.asked
    assert (told["CodigoCertificado"], told["Consentimiento"]) == ("SVDCCAADISCAPACIDADWS01", "Si")


@pytest.mark.parametrize("state", ["0002", "0004"])
def test_an_answer_in_process_is_asked_for_later(asked: DataLookup, platform: Platform, state: str) -> None:
    platform.state = state
    with pytest.raises(Away):
        ask_outside(asked.pk)


def test_a_refusal_says_why_and_the_look_up_has_failed(asked: DataLookup, platform: Platform) -> None:
    platform.state, platform.text = "0233", "Titular no identificado"
    found = ask_outside(asked.pk)
    assert (found.state, found.failure) == ("failed", "Titular no identificado")


def test_an_answer_to_another_request_is_not_taken(asked: DataLookup, platform: Platform) -> None:
    platform.request_id = "b" * 26
    with pytest.raises(Away):
        ask_outside(asked.pk)


def test_a_town_without_its_number_asks_nobody(in_mundaka: Cast, platform: Platform) -> None:
    row = look_up(
        kind="large_family", person=in_mundaka.ane.person, case_reference="MUN-2026-000001", procedure_code="VEH-002",
        purpose="-", actor=SYSTEM,
    )  # fmt: skip
    found = ask_outside(row.pk)
    assert found.state == "failed" and "IdentificadorSolicitante" in found.failure and not platform.asked


@pytest.mark.parametrize("name", sorted(RULES))
def test_each_value_is_held_to_the_schema(name: str) -> None:
    body_of(VALUES)
    with pytest.raises(Invalid, match=name):
        body_of(VALUES | {name: "x" * 300})


def test_a_request_lacks_nothing_and_text_is_no_markup() -> None:
    with pytest.raises(Invalid, match="Documentacion"):
        body_of({name: value for name, value in VALUES.items() if name != "Documentacion"})
    assert re.search(r"<Finalidad>&lt;b&gt; &amp;</Finalidad>", body_of(VALUES | {"Finalidad": "<b> &"}))


@pytest.mark.parametrize("content", [b"", b"<html>", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'])
def test_what_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read(content, request_id="a", certificate="b")


def test_a_gateway_that_is_not_whole_keeps_the_portal_from_starting(settings: Any) -> None:
    for gateway, production, wrong in (
        ("", True, []),
        ("none", False, ["E001"]),
        ("demo", True, ["E002"]),
        ("scsp", True, ["E003"]),
    ):
        settings.INTEROPERABILITY_GATEWAY, settings.PRODUCTION, settings.SCSP_URL = gateway, production, ""
        assert [one.id.split(".")[1] for one in run_checks(tags=["interoperability"])] == wrong  # type: ignore[union-attr]
