"""What people typed stays text: in every template, in the PDF that comes of it, and in the e-mail that announces it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core import mail
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

from core.audit.services import SYSTEM
from core.documents import page, rendering
from core.documents.contexts import TEMPLATES
from core.documents.models import Document
from core.notifications.models import Notification
from core.notifications.services import notify
from core.notifications.services.mailing import send_notice
from tests.cast import Cast
from tests.documents.samples import SAMPLES

HOSTILE = (
    "</style></p><script>app.alert(1)</script><img src='https://evil.example/x.png'>"
    "<a href='javascript:alert(1)'>x</a><link rel=attachment href='file:///etc/passwd'>"
    "{{ town }}{% load static %}&lt;b&gt;"
)
MACHINES = {"mime", "sha256", "hash", "csv", "kind", "mode", "verb", "outcome", "state"}  # codes that nobody types


def typed(value: Any, key: str = "") -> Any:
    """The same context with every free text made hostile; dates, codes and numbers stay what they are."""
    if isinstance(value, dict):
        return {name: typed(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner, key) for inner in value]
    is_text = isinstance(value, str) and key not in MACHINES and not value[:4].isdigit()
    return HOSTILE if is_text else value


@pytest.mark.parametrize("language", ["eu", "bi"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_lets_markup_through(template: str, language: str, new: Callable[..., Document]) -> None:
    html = page.page_html(new(template, language, **typed(SAMPLES[template])))
    assert "&lt;script&gt;" in html, "this template shows none of the texts"
    assert "<script" not in html and "evil.example/x.png'>" not in html.replace("&#x27;", "")
    assert "href='javascript" not in html and 'href="javascript' not in html and "rel=attachment" not in _tags(html)
    assert "{{ town }}" in html, "a typed template was run"


def _tags(html: str) -> str:
    return " ".join(part.split(">")[0] for part in html.split("<")[1:])


def test_the_pdf_runs_opens_and_carries_nothing(new: Callable[..., Document]) -> None:
    made = rendering.render(page.page_html(new("receipt", **typed(SAMPLES["receipt"]))), seal=None)
    kinds, addresses = _actions(PdfFileReader(io.BytesIO(made.pdf)))
    assert kinds <= {"/URI", "/GoTo"}
    assert all(address.startswith(settings.BASE_URL) for address in addresses)


def _actions(pdf: PdfFileReader) -> tuple[set[str], set[str]]:
    """Every kind of action in the file, and every address one may be led to."""
    kinds, addresses, seen, waiting = set(), set(), set(), [pdf.trailer_view["/Root"]]
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, dict):
            assert not {"/JS", "/JavaScript", "/EmbeddedFiles", "/AA"} & set(item), sorted(item)
            if "/S" in item and ("/URI" in item or item.get("/Type") == "/Action"):
                kinds.add(str(item["/S"]))
            if "/URI" in item and isinstance(item["/URI"], str):
                addresses.add(str(item["/URI"]))
            waiting += [item.raw_get(key) for key in item]
        elif isinstance(item, list):
            waiting += [item.raw_get(index) for index in range(len(item))]
    return kinds, addresses


def test_no_header_can_be_written_into_a_notice(in_mundaka: Cast) -> None:
    subject = "Obra\r\nBcc: everybody@evil.example\r\n\r\n<b>kaixo</b> O'Brien & co"
    told = notify(
        person=in_mundaka.ane.person,
        email="ane@example.eus",
        language="eu",
        subject_eu=subject,
        subject_es=subject,
        body_eu="<script>x</script>\r\n.\r\nBcc: x@evil.example",
        body_es="",
        reference="MUN-2026-000001\r\nX-Evil: 1",
        actor=SYSTEM,
    )
    send_notice(Notification.objects.get(pk=told.pk).pk)
    sent = mail.outbox[-1]
    message = sent.message()
    assert sent.recipients() == ["ane@example.eus"]
    assert message["Bcc"] is None and message["X-Evil"] is None
    assert "\n" not in sent.subject and "O'Brien & co" in sent.subject
    assert message.get_content_type() == "text/plain"


class Hinted(forms.Form):
    words = forms.CharField(label="<i>label</i>", help_text="<form action=https://evil.example><script>x</script>")
    tick = forms.BooleanField(label="<i>label</i>", help_text="<form action=https://evil.example><script>x</script>")


def test_a_towns_hint_is_text_on_the_page() -> None:
    html = str(Hinted())
    assert "<form" not in html and "<script" not in html and "<i>" not in html
