"""What a neighbour with bad intent, or a broken browser, sends; each gets a clear page, never a failure of ours."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from biscaytik.wsgi import Request
from core.audit.constants import Level
from core.documents.content import Unwanted, file_type
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.procedures.answers import YOU, samples
from tests.procedures.walking import Walk, errors
from tests.wall import world as world_module
from tests.wall.test_matrix import walk

Browser = Callable[..., Client]


@pytest.fixture
def unknown() -> Client:
    """A browser that takes a failure as a page, as real ones do."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("host", ["evil.example", "ev il", "testserver@evil.example", "127.0.0.1:99999x"])
def test_a_host_that_is_not_ours_gets_the_page_for_bad_requests(cast: Cast, unknown: Client, host: str) -> None:
    answer = unknown.get("/mundaka/eu/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize("who", ["nobody", "ane", "miren"])
def test_a_null_byte_in_an_address_breaks_none(cast: Cast, browser: Browser, who: str) -> None:
    client = Client() if who == "nobody" else browser(getattr(cast, who), level=Level.CERTIFICATE, second_factor=True)
    fell = []
    for name, _pattern, text in walk(get_resolver().url_patterns):
        if name.startswith("admin:") and ("_staff:" not in name or who != "miren"):
            continue
        path = re.sub(r"<(str|slug:slug|slug:version|path)[^>]*>", "a%00b", text)
        path = re.sub(r"<slug[^>]*>", "a", re.sub(r"<int[^>]*>", "99999999999999999999999", path))
        for asked in (path, path + "?q=%00&topic=a%00&csv=%00&next=%00", path + "?page=-1&unit=99999999999999999999"):
            client.raise_request_exception = False
            answer = client.get(f"/mundaka/{asked}")
            if answer.status_code >= 500:
                fell.append(f"{name}: {asked} → {answer.status_code}")
    assert not fell, "\n".join(fell)


def test_the_pages_of_an_open_session_are_kept_by_no_cache(cast: Cast, citizen_client: Client) -> None:
    world = world_module.build(cast)
    file = f"folder/files/mundaka/{world['case_file'].reference}/"
    pages = ("folder/", file, f"{file}write/", f"folder/notifications/{world['notification'].pk}/", "account/")
    for page in (*pages, f"documents/{world['document'].csv}/"):
        answer = citizen_client.get(f"/mundaka/eu/{page}")
        assert answer.status_code == 200, page
        assert "no-store" in answer["Cache-Control"], page
        assert "private" in answer["Cache-Control"], page
    assert "no-store" not in Client().get("/mundaka/eu/").headers.get("Cache-Control", "")


FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
MANY = "&".join("a=" for _n in range(2001))
PART = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n{}\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("reference=a%00b", FORM, "se copia de otro programa"),
        (PART.format("a\0b"), PARTS, "se copia de otro programa"),
        (PART.format("a"), f"{PARTS}; charset=hex", "recarga la página"),
        (PART.format("a"), f"{PARTS}; charset=unicode_escape", "recarga la página"),
        ("reference=\xe1", f"{FORM}; charset=latin-1", "recarga la página"),
        ("--y", PARTS.replace("x", ""), "recarga la página"),
        (MANY, FORM, "acorta los textos"),
        ("a=" + "a" * (1 << 20), FORM, "acorta los textos"),
    ],
)
def test_what_can_not_be_read_or_kept_is_refused_in_her_language(
    cast: Cast, unknown: Client, body: str, kind: str, words: str
) -> None:
    unknown.cookies["csrftoken"] = "a" * 32
    answer = unknown.generic("POST", "/mundaka/es/status/", body, content_type=kind)
    assert answer.status_code == 400
    assert 'lang="es"' in answer.content.decode()
    assert words in answer.content.decode()


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "django_language", "draft_a"])
def test_no_cookie_breaks_a_page(cast: Cast, unknown: Client, name: str) -> None:
    for value in ("\0" * 32, "9" * 5000, "\xff" * 40, "[" * 3000):
        for page in ("folder/", "", "procedures/REG-001/start/", "drafts/a/", "admin/"):
            for method in (unknown.get, unknown.post):
                unknown.cookies[name] = value
                answer = method(f"/mundaka/es/{page}")
                assert answer.status_code < 500, (page, value[:3])
                assert answer.status_code == 400 or "\0" not in value


@pytest.mark.parametrize(
    "name", ["accept-language", "referer", "x-forwarded-for", "x-forwarded-host", "origin", "accept"]
)
def test_no_header_breaks_a_page(cast: Cast, unknown: Client, name: str) -> None:
    for value in ("\0", "es;q=" + "9" * 5000, "//[", "http://[", "\xff", "," * 5000, "-" * 600, "es-" * 400):
        for page in ("", "status/", "appointments/", "account/login/", "admin/", "no-such-page/"):
            for method in (unknown.get, unknown.post):
                answer = method(f"/mundaka/es/{page}", headers={name: value})
                assert answer.status_code < 500, (page, value[:3])


@pytest.mark.parametrize("kind", ["text/plain; a*=nosuch''x", "text/plain; a*=idna''x%ff"])
def test_a_content_type_that_nobody_can_read_is_none(kind: str) -> None:
    assert Request(RequestFactory()._base_environ(CONTENT_TYPE=kind)).content_type == ""


def test_a_host_that_is_not_ours_gets_that_page_in_the_reader_s_language(unknown: Client) -> None:
    answer = unknown.get("/mundaka/eu/", headers={"host": "evil.example", "accept-language": "es"})
    assert 'lang="es"' in answer.content.decode()


@pytest.mark.parametrize("path", ["//evil.example/eu", "/mundaka//evil.example", "/mundaka//evil.example/eu"])
def test_no_address_leads_to_another_site(cast: Cast, unknown: Client, path: str) -> None:
    assert "//evil" not in unknown.get(path).headers.get("Location", "")


@pytest.mark.parametrize("page", ["account/login/", "account/signup/", "account/identify/", "account/logout/"])
def test_no_sign_in_leads_to_another_site(cast: Cast, browser: Browser, page: str) -> None:
    for wanted in ("https://evil.example/", "//evil.example/", "\\\\evil.example", "javascript:alert(1)"):
        for client in (Client(), browser(cast.jon)):
            data = {"login": "jon@example.eus", "password": "pw", "next": wanted}
            for answer in (
                client.get(f"/mundaka/eu/{page}", {"next": wanted}),
                client.post(f"/mundaka/eu/{page}", data),
            ):
                assert "evil" not in answer.headers.get("Location", "")
                assert "javascript:" not in answer.headers.get("Location", "")


def test_a_form_without_its_key_is_refused_in_words(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post("/mundaka/es/status/", {"reference": "x", "ending": "x"})
    assert answer.status_code == 403
    assert 'lang="es"' in answer.content.decode()


def test_headers_of_a_certificate_that_a_visitor_made_up_identify_nobody(
    cast: Cast, unknown: Client, settings: Any
) -> None:
    settings.IDENTITY_GATEWAYS = ["certificate"]
    settings.CERTIFICATE_HOST, settings.CERTIFICATE_PROXY_SECRET = "https://testserver", "the-secret"
    for guess in ("", "the-secreT", "the-secret "):
        forged = {"X-Client-Proxy": guess, "X-Client-Verify": "SUCCESS", "X-Client-Cert": "x"}
        answer = unknown.get("/eu/account/certificate/present/", headers=forged)
        assert answer.status_code in (302, 404), guess
        assert "token" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(("language", "words"), [("eu", "ez da existitzen"), ("es", "no existe")])
def test_a_wrong_nif_and_an_impossible_day_are_named_and_kept(
    online: Cast, citizen_client: Client, language: str, words: str
) -> None:
    walk = Walk(citizen_client, "PAD-003", language=language).begin()
    walk.post("you", YOU)
    field = next(one for one in walk.definition.form.fields if one.type == "date")
    right = samples(walk.definition.form.on_page(field.page))
    wrong = {**right, f"{field.name}_0": "31", f"{field.name}_1": "2", f"{field.name}_2": "2026"}
    answer = walk.post(str(field.page), wrong)
    assert answer.status_code == 200
    assert words in str(errors(answer)[field.name])
    assert 'value="31"' in answer.content.decode()
    other = Walk(citizen_client, "REG-001", language=language).begin()
    answer = other.post("you", {**YOU, "you_as": "company"})
    answer = other.post("represented", {"represented_name": "Arotz SL", "represented_identifier": "B95000007"})
    assert answer.status_code == 200
    assert errors(answer)["represented_identifier"]
    assert "B95000007" in answer.content.decode()


def test_whatever_is_typed_comes_out_as_text(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin()
    walk.post("you", YOU)
    right = samples(walk.definition.form.on_page(1))
    evil = "<script>alert(1)</script>{{ 7*7 }}\u202e\0\r\nBcc: a@b.eus"
    answer = walk.post("1", {**right, "subject": evil})
    page = (answer if answer.status_code == 200 else walk.client.get(walk.url("1"))).content.decode()
    assert "<script>alert(1)" not in page
    walk.post("1", {**right, "subject": evil.replace("\0", "")})
    walk.post("documents", {})
    page = walk.client.get(walk.url("check")).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page
    assert not {"<script>alert(1)", "\u202e"} & set(re.findall(r"<script>alert\(1\)|\u202e", page))


def test_a_program_in_a_word_file_is_found() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("word/embeddings/nice.bin", b"MZ\x90\0" * 10)
    with pytest.raises(Unwanted, match="program"):
        file_type(out)


def test_a_role_that_has_ended_opens_nothing_the_next_day(cast: Cast, clerk_client: Client) -> None:
    assert clerk_client.get("/mundaka/eu/admin/").status_code == 200
    with acting_for(cast.mundaka.pk):
        Membership.objects.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert clerk_client.get("/mundaka/eu/admin/case-files/").status_code == 302


def test_a_clerk_of_two_towns_has_in_each_only_the_roles_of_that_one(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.balmaseda.pk):
        Membership.objects.create(user=cast.miren, role=Role.HANDLER, valid_from=timezone.localdate())
    assert clerk_client.get("/balmaseda/eu/admin/").status_code == 200
    for page in ("census-desk/", "desk/"):
        assert clerk_client.get(f"/balmaseda/eu/admin/{page}").status_code in (403, 404), page
        assert clerk_client.get(f"/mundaka/eu/admin/{page}").status_code == 200, page


def test_a_disabled_account_is_out_at_once(cast: Cast, clerk_client: Client) -> None:
    cast.miren.is_active = False
    cast.miren.save()
    assert clerk_client.get("/mundaka/eu/admin/").status_code == 302
