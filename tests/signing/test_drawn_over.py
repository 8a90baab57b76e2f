"""What comes back signed looks as what was shown: nothing is filled in or drawn over it together with the signature."""

import asyncio
import io
from collections.abc import Callable

import pytest
from django.test import Client
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from core.documents.sealing import add_seal, load_seal
from core.municipalities.services import DomainError
from core.signing.models import SigningRequest
from core.signing.pdf import read_signed
from tests.servers import Identity
from tests.signing.conftest import address, bytes_of
from tests.signing.signer import signed, signer_of

pytestmark = pytest.mark.django_db
Card = Callable[..., Identity]
name, numbers = generic.pdf_name, lambda *values: generic.ArrayObject(map(generic.NumberObject, values))


def sealed_form() -> bytes:
    """A sealed PDF with a field that says 100."""
    writer = PdfFileWriter()
    page = writer.insert_page(PageObject(contents=writer.add_object(generic.StreamObject(stream_data=b"q Q")),
                                         media_box=numbers(0, 0, 200, 200)))  # fmt: skip
    field = generic.DictionaryObject({
        name("/Type"): name("/Annot"), name("/Subtype"): name("/Widget"), name("/FT"): name("/Tx"),
        name("/T"): generic.pdf_string("amount"), name("/V"): generic.pdf_string("100"),
        name("/Rect"): numbers(10, 10, 100, 30), name("/P"): page,
    })  # fmt: skip
    fields = generic.ArrayObject([writer.add_object(field)])
    page.get_object()[name("/Annots")] = fields
    form = generic.DictionaryObject({name("/Fields"): generic.ArrayObject(fields)})
    writer.root[name("/AcroForm")] = writer.add_object(form)
    output, seal = io.BytesIO(), load_seal()
    writer.write(output)
    assert seal
    return add_seal(output.getvalue(), seal, field="Seal1")


def finished(writer: IncrementalPdfFileWriter, card: Identity) -> bytes:
    metadata = PdfSignatureMetadata(field_name="Hers", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    return bytes(asyncio.run(PdfSigner(metadata, signer=signer_of(card)).async_sign_pdf(writer)).getvalue())


def test_a_field_that_is_filled_in_with_the_signature_is_refused(card: Card) -> None:
    original = sealed_form()
    read_signed(original, signed(original, card()))
    writer = IncrementalPdfFileWriter(io.BytesIO(original))
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/V"] = generic.pdf_string("1")
    writer.update_container(field)
    with pytest.raises(DomainError) as refusal:
        read_signed(original, finished(writer, card()))
    assert refusal.value.code == "file"


def test_a_signature_that_is_drawn_over_the_page_is_refused(card: Card, asked: SigningRequest) -> None:
    original = bytes_of(asked)
    writer = IncrementalPdfFileWriter(io.BytesIO(original))
    append_signature_field(writer, SigFieldSpec("Hers", box=(0, 0, 500, 800)))
    with pytest.raises(DomainError) as refusal:
        read_signed(original, finished(writer, card()))
    assert refusal.value.code == "file"


def test_a_null_in_why_she_declines_breaks_nothing(citizen_client: Client, asked: SigningRequest) -> None:
    assert citizen_client.post(address(asked, "decline/"), {"reason": "ez\0 nago"}).status_code == 400
    assert citizen_client.post(address(asked, "decline/"), {"reason": "ez nago"}).status_code == 302
    assert "ez nago" in citizen_client.get(address(asked)).content.decode()


def test_a_file_that_is_broken_is_refused_and_no_error(card: Card, asked: SigningRequest) -> None:
    original = bytes_of(asked)
    whole = signed(original, card())
    at = whole.rindex(b"/FlateDecode")
    assert at > len(original)
    broken = whole[:at] + b"/FlateD2code" + whole[at + 12 :]
    with pytest.raises(DomainError) as refusal:
        read_signed(original, broken)
    assert refusal.value.code == "file"
    seal = load_seal()
    assert seal and add_seal(broken, seal, field="Seal2") == b""
