"""What a document looks like inside: languages, tags, archive format, seal."""

import io
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from core.documents import page, rendering
from core.documents.contexts import TEMPLATES, missing_keys
from core.documents.demo_seal import make_demo_seal
from core.documents.models import Document, DocumentVersion
from core.documents.resources import OwnResources
from core.documents.services import open_blob, render_and_seal
from tests.documents.samples import SAMPLES


def bytes_of(version: DocumentVersion) -> bytes:
    with open_blob(version) as blob:
        return blob.read()


def demo_root() -> x509.Certificate:
    _key, _own, chain = pkcs12.load_key_and_certificates(Path(settings.SEAL_P12).read_bytes(), b"demo")
    return x509.Certificate.load(chain[0].public_bytes(Encoding.DER))


def test_the_seal_is_valid_trusted_and_covers_the_whole_file(new: Callable[..., Document]) -> None:
    version = render_and_seal(new().pk)
    signature = PdfFileReader(io.BytesIO(bytes_of(version))).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[demo_root()], allow_fetching=False))
    assert status.intact and status.valid and status.trusted and status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    subject = status.signing_cert.subject.native
    assert subject["organization_identifier"].startswith("VATES-")
    assert version.signer == subject["common_name"] and version.sealed_at and version.pages == 1


def test_a_changed_byte_breaks_the_seal(new: Callable[..., Document]) -> None:
    pdf = bytearray(bytes_of(render_and_seal(new().pk)))
    pdf[500] ^= 1
    signature = PdfFileReader(io.BytesIO(bytes(pdf))).embedded_signatures[0]
    context = ValidationContext(trust_roots=[demo_root()], allow_fetching=False)
    assert not validate_pdf_signature(signature, context).bottom_line


def test_it_is_tagged_pdf_a_with_title_and_language(new: Callable[..., Document]) -> None:
    root = PdfFileReader(io.BytesIO(bytes_of(render_and_seal(new(language="es").pk)))).root
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]
    assert str(root["/Lang"]) == "es"
    xmp = root["/Metadata"].data.decode()
    assert re.search(r'part(="|>)3', xmp) and re.search(r'conformance(="|>)A', xmp)
    assert "Volante de empadronamiento" in xmp


@pytest.mark.parametrize("language", ["eu", "es", "bi"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_renders_in_every_language(
    template: str, language: str, new: Callable[..., Document], caplog: pytest.LogCaptureFixture
) -> None:
    assert missing_keys(template, SAMPLES[template]) == []
    with caplog.at_level(logging.WARNING, "weasyprint"):
        made = rendering.render(page.page_html(new(template, language)), seal=None)
    assert made.pages >= 1
    assert not caplog.records


def test_a_bilingual_document_says_everything_twice_and_basque_first(new: Callable[..., Document]) -> None:
    html = page.page_html(new("volante", "bi"))
    assert html.index("Izen-abizenak") < html.index("Nombre y apellidos")
    assert "1984ko martxoaren 12a" in html and "12 de marzo de 1984" in html
    assert 'lang="eu"' in html and 'lang="es"' in html


@pytest.mark.parametrize(("language", "there", "absent"), [("eu", "Izen-abizenak", "Nombre"), ("es", "Nombre", "Izen")])
def test_a_document_of_one_language_says_nothing_in_the_other(
    language: str, there: str, absent: str, new: Callable[..., Document]
) -> None:
    body = page.page_html(new("volante", language)).split("<h1>")[1]
    assert there in body and absent not in body


def test_each_page_carries_code_qr_and_the_note_in_both_languages(new: Callable[..., Document]) -> None:
    document = new("volante", "eu")
    html = page.page_html(document)
    assert f"biscaytik:qr/{document.csv}" in html and f"{settings.BASE_URL}/v/{document.csv}" in html
    assert "zigilu elektronikoa" in html and "sello electrónico" in html


def test_a_missing_key_is_named_wherever_it_is(new: Callable[..., Document]) -> None:
    with pytest.raises(page.BrokenDocument, match=r"items\.0\.text\.es"):
        page.page_html(new("correction_request", items=[{"text": {"eu": "x"}}]))


def test_what_a_person_typed_is_text_and_not_markup(new: Callable[..., Document]) -> None:
    html = page.page_html(new("volante", purpose='<img src="http://evil.example/">'))
    assert '<img src="http' not in html and "&lt;img" in html


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "https://evil.example/x.png",
        "file:///etc/passwd",
        "ftp://evil.example/x",
        "biscaytik:font/../print.css",
        "biscaytik:font//etc/passwd",
        "biscaytik:nothing/x",
    ],
)
def test_nothing_is_fetched_but_our_own(url: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        OwnResources().fetch(url)


def test_data_in_the_page_itself_is_read() -> None:
    assert OwnResources().fetch("data:text/plain,kaixo").read() == b"kaixo"


def test_seals_made_at_the_same_moment_are_one(tmp_path: Path) -> None:
    target = tmp_path / "seal" / "demo.p12"
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda _hand: make_demo_seal(target, "demo"), range(8)))
    made = target.read_bytes()
    make_demo_seal(target, "demo")
    assert target.read_bytes() == made and target.stat().st_mode & 0o077 == 0
    assert [path.name for path in target.parent.iterdir()] == ["demo.p12"]
