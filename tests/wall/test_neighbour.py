"""A neighbour with bad intent, where the matrix of addresses does not look: forms, caches, choices, names, timings."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from biscaytik.logs import LINE, BlottingFormatter, blot
from core.audit.constants import Level
from core.documents.codes import grouped_csv
from core.municipalities.models import Unit
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.clients import sign_in
from tests.wall import world as world_module
from tests.wall.test_matrix import addresses, walk
from tests.wall.world import SECRET, walled_admin_models

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


@pytest.fixture
def world(cast: Cast) -> dict[str, Any]:
    return world_module.build(cast)


# --- forms ---


def test_no_form_is_taken_from_another_site(cast: Cast, world: dict[str, Any]) -> None:
    exempt = [n for n, p, _t in walk(get_resolver().url_patterns) if getattr(p.callback, "csrf_exempt", False)]
    # a bank is no browser: it brings a token and a signature, and no session is looked at; nor is AutoFirma, which
    # brings an identifier that is good once, and what it brings is looked at in her session
    assert exempt == ["payments_notify", "signing_storage", "signing_retriever"]
    for user, second_factor in ((cast.ane, False), (cast.miren, True)):
        client = sign_in(Client(enforce_csrf_checks=True), user, level=Level.CERTIFICATE, second_factor=second_factor)
        for address in addresses(world):
            answer = client.post(f"/mundaka/{address.path}")
            assert answer.status_code == 403, f"{address.name} → {answer.status_code}"


def test_the_session_is_out_of_reach_of_scripts_and_of_other_sites(cast: Cast) -> None:
    client = Client()
    client.post("/mundaka/eu/account/login/", {"login": "jon@example.eus", "password": "pw"})
    session = client.cookies["sessionid"]
    assert session["httponly"] and session["samesite"] == "Lax"


# --- caches ---


def test_no_page_that_shows_somebody_something_is_kept(cast: Cast, world: dict[str, Any]) -> None:
    for user, second_factor in ((cast.ane, False), (cast.miren, True)):
        client = sign_in(Client(), user, level=Level.CERTIFICATE, second_factor=second_factor)
        for address in addresses(world):
            answer = client.get(f"/mundaka/{address.path}")
            kept = answer.get("Cache-Control", "")
            assert "no-store" in kept and "public" not in kept, f"{user} {address.name}: {kept}"


def test_a_page_kept_for_all_carries_no_form_s_key(cast: Cast, world: dict[str, Any], settings: Any) -> None:
    """The key of one visitor's form, in a page that others get, would let them act for her."""
    settings.PUBLIC_PAGE_CACHE = True
    kept = 0
    for _name, pattern, text in walk(get_resolver().url_patterns):
        if pattern.pattern.converters or pattern.pattern.regex.groupindex:
            continue
        client = Client()
        client.cookies["csrftoken"] = "a" * 32
        answer = client.get(f"/mundaka/{text}")
        if answer.get("Cache-Control", "").startswith("public") and "text/html" in answer["Content-Type"]:
            kept += 1
            assert b"csrfmiddlewaretoken" not in answer.content, text
            assert set(answer.cookies) <= {settings.LANGUAGE_COOKIE_NAME}
    assert kept > 3


# --- other towns' rows in choices, autocompletes and searches ---


@pytest.fixture
def unit(cast: Cast, world: dict[str, Any]) -> Iterator[Unit]:
    """A unit of Mundaka: units are published, so the wall lets everybody read them."""
    with acting_for(cast.mundaka.pk):
        Unit.objects.filter(municipality=cast.mundaka).update(name_eu=SECRET, name_es=SECRET)
        made = Unit.objects.filter(municipality=cast.mundaka).first()
    assert made
    yield made


def test_no_choice_of_a_clerk_s_form_is_another_town_s(cast: Cast, world: dict[str, Any], unit: Unit) -> None:
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    seen = 0
    for name, pattern, text in walk(get_resolver().url_patterns):
        if name.startswith("admin:") and not pattern.pattern.converters and not pattern.pattern.regex.groupindex:
            answer = koldo.get(f"/balmaseda/{text}")
            seen += answer.status_code == 200
            assert SECRET not in getattr(answer, "content", b"").decode(errors="ignore"), text
    for model in walled_admin_models():
        base = f"/balmaseda/eu/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for path in (f"{base}add/", base, f"{base}?q=Zubi", f"{base}?unit__id__exact={unit.pk}", f"{base}?e=1"):
            answer = koldo.get(path)
            assert SECRET not in answer.content.decode(errors="ignore"), path
    assert seen > 8
    for kind in ("E", "S"):
        page = koldo.get(f"/balmaseda/eu/admin/registry/new/{kind}/").content.decode()
        assert SECRET not in page and f'value="{unit.pk}"' not in page


def test_the_admin_s_autocomplete_answers_nobody_about_another_town(cast: Cast, unit: Unit) -> None:
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    for model, field in (("membership", "unit"), ("townprocedure", "unit"), ("unit", "parent")):
        asked = {"app_label": "identity", "model_name": model, "field_name": field, "term": SECRET[:4]}
        answer = koldo.get("/balmaseda/eu/admin/autocomplete/", asked)
        assert SECRET not in answer.content.decode(errors="ignore")


def test_another_town_s_unit_is_not_taken_even_if_it_is_sent(cast: Cast, unit: Unit) -> None:
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    paper = {"name": "x", "summary": "x", "language": "eu", "transport": "05", "paper": "3", "unit": unit.pk}
    answer = koldo.post("/balmaseda/en/admin/registry/new/E/", {**paper, "key": "6d0e8e0c-0d2f-4c53-8a3c-0d6d1a1f0002"})
    assert answer.status_code == 200 and "Select a valid choice" in answer.content.decode()
    made = {"name_eu": "a", "name_es": "a", "name_en": "a", "code": "a", "parent": unit.pk, "handles": ""}
    answer = koldo.post("/balmaseda/en/admin/municipalities/unit/add/", made)
    assert answer.status_code == 200 and "Select a valid choice" in answer.content.decode()


def test_an_export_holds_the_open_town_s_rows_alone(cast: Cast, world: dict[str, Any]) -> None:
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    for query in ("", f"?q={SECRET}", "?since=2000-01-01", f"?q={world['entry'].reference}"):
        answer = koldo.get(f"/balmaseda/eu/admin/registry/export/{query}")
        assert answer.status_code == 200 and SECRET not in answer.content.decode()


# --- who is there, asked by difference ---


def seen(answer: Any, *typed: str) -> tuple[int, str]:
    """What a stranger can compare: the page without what she typed, the form's key and the clock."""
    page = re.sub(r'(csrfmiddlewaretoken" value=")\w+', "", answer.content.decode())
    page = re.sub(r"<time .*?</time>", "", page)
    for word in typed:
        page = page.replace(word, "*")
    return answer.status_code, page


def test_a_sign_in_says_and_costs_the_same_whoever_has_an_account(cast: Cast) -> None:
    answers, costs = [], []
    for login in ("jon@example.eus", "nobody@example.eus"):
        with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as hashed:
            answer = Client().post("/mundaka/eu/account/login/", {"login": login, "password": "wrong"})
        answers.append(seen(answer, login))
        costs.append(hashed.call_count)
    assert answers[0] == answers[1]
    assert costs[0] == costs[1] == 1


def test_a_reference_with_a_wrong_ending_looks_like_none(cast: Cast, world: dict[str, Any]) -> None:
    pages = []
    for reference in (world["case_file"].reference, "MUN-2026-999999"):
        answer = Client().post("/mundaka/eu/status/", {"reference": reference, "ending": "999R"})
        pages.append(seen(answer, reference))
    assert pages[0] == pages[1]


def test_anothers_document_and_none_get_the_same_page(cast: Cast, world: dict[str, Any]) -> None:
    jon = sign_in(Client(), cast.jon, level=Level.CERTIFICATE)
    pages = []
    for csv in (world["document"].csv, "Z" * 26):
        answer = jon.get(f"/mundaka/eu/documents/{csv}/")
        pages.append((seen(answer, csv), answer["Cache-Control"]))
    assert pages[0] == pages[1] and pages[0][0][0] == 404


# --- names of files ---


@pytest.mark.parametrize(
    "name",
    ['a";filename="evil.html.pdf', "a\r\nSet-Cookie: x=1.pdf", "../../etc/passwd.pdf", "\u202efdp.exe", "x" * 400],
)
def test_the_name_of_a_file_ends_no_header_and_leaves_no_folder(cast: Cast, name: str) -> None:
    from core.audit.services import SYSTEM
    from core.documents.services import check_upload, file_response, new_upload, save_all, store

    file = SimpleUploadedFile("x", b"%PDF-1.7 x", "text/html")
    file._name = name  # type: ignore[attr-defined]  # as it came; the class would clean it
    with acting_for(cast.mundaka.pk):
        checked = check_upload(file, field="x")
        stored = store(cast.mundaka.pk, file)
        document, version = new_upload(
            kind="TD99", title=checked.name, stored=stored, file_name=checked.name, mime=checked.mime, actor=SYSTEM
        )
        save_all([document], [version])
        answer: Any = file_response(version)
    said = answer["Content-Disposition"]
    assert "\r" not in said and "\n" not in said and "/" not in said.split("filename", 1)[-1].replace("''", "")
    assert "\u202e" not in checked.name and checked.name.endswith(".pdf") and len(checked.name) <= 140
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "Set-Cookie" not in answer.headers


# --- logs ---

CSV = "0123456789ABCDEFGHJKMNPQRS"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("no 12345678Z here", "no *** here"),
        ("X1234567L and 12.345.678-Z", "*** and 12.345.678-Z"),
        (f"Not Found: /mundaka/eu/documents/{CSV}/", "Not Found: /mundaka/eu/documents/***/"),
        (f"code {grouped_csv(CSV)}.", "code ***."),
        ("GET /eu/account/certificate/back/?token=abc:def&x=1", "GET /eu/account/certificate/back/?***&x=1"),
        ("Not Found: /mundaka/eu/drafts/abcdef/check/", "Not Found: /mundaka/eu/drafts/***/check/"),
        ("mail to ane@example.eus failed", "mail to *** failed"),
        ("DETAIL:  Key (value)=(Etxebarria) already exists.", "DETAIL:  ***"),
        ("2026-E-000123 MUN-2026-000001 of town 48064", "2026-E-000123 MUN-2026-000001 of town 48064"),
    ],
)
def test_a_log_line_names_nobody_and_opens_nothing(line: str, left: str) -> None:
    assert blot(line) == left


def test_tracebacks_are_blotted_too() -> None:
    try:
        raise ValueError("12345678Z is wrong")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "boom", None, (type(error), error, error.__traceback__))
    text = BlottingFormatter(LINE).format(record)
    assert "ValueError: *** is wrong" in text


def test_the_portal_s_and_the_workers_logs_are_blotted(settings: Any) -> None:
    from logging.config import DictConfigurator  # type: ignore[attr-defined]

    from biscaytik.logs import blot_workers_logs

    made = DictConfigurator(settings.LOGGING).configure_formatter(dict(settings.LOGGING["formatters"]["line"]))
    assert isinstance(made, BlottingFormatter)
    logger = logging.Logger("celery")
    logger.addHandler(logging.StreamHandler())
    blot_workers_logs(logger=logger)
    assert isinstance(logger.handlers[0].formatter, BlottingFormatter)
