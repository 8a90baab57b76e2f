"""Every address × role × another town. The addresses come from the resolver; each exclusion has a reason."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.audit.constants import Level
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.clients import sign_in
from tests.wall import world as world_module
from tests.wall.world import SECRET, walled_admin_models

# address name → why a stranger may be answered there; a trailing * stands for the rest
OPEN = {
    "account_*": "an account's own pages: no object in the address",
    "mfa_*": "an account's own pages: no object in the address",
    "identity:*": "an account's own pages: no object of a town in the address",
    "theme": "public look of a town",
    "rosette": "public look of a town",
    "arms": "public look of a town",
    "health": "says only that the portal answers",
    "territory:streets": "the street index is public",
    "appointments:*": "public: which hours are free; an appointment is shown to whoever holds its secret link",
    "portal:home": "public",
    "portal:catalogue": "public",
    "portal:procedure": "public: what a procedure asks for",
    "portal:checklist": "public: what a procedure asks for",
    "portal:eligibility": "public: whom a procedure is for; the answers stay in the reader's browser",
    "portal:offices": "public",
    "portal:accessibility": "public",
    "portal:privacy": "public",
    "portal:verify": "public: it answers who holds the code",
    "portal:code": "public: it answers who holds the code",
    "procedures:start": "public: what it takes; the draft that it begins is the visitor's own",
    "payments_notify": "a bank's own address: a POST with a token, and what it says is verified before it is believed",
    "portal:folder": "shows the visitor's own rows: test_no_list_shows_a_stranger_anything",
    "portal:track": "asks for a second factor before it says anything",
    "short_address": "leads to the verification page, which answers who holds the code",
    "admin:case_files_staff:bulk_result": "what the visitor's own session keeps of the list that she sent",
    "admin:procedures_staff:*": "a form is of the procedure's public code and of the clerk's own town: test_desk walks",
    "admin:identity_staff:town": "the operator's page of a town, by its public name; refused to everyone else",
    "admin:view_on_site": "leads to an object's own address; none of our models has one",
    "admin": "Django's redirect of an old address and its last word, 404",
}  # fmt: skip


class Address(NamedTuple):
    name: str
    path: str


def walk(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[tuple[str, URLPattern, str]]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (space, pattern.namespace)))
            yield from walk(pattern.url_patterns, text, inner)
        else:
            yield ":".join(filter(None, (space, pattern.name or ""))), pattern, text


def is_open(name: str) -> bool:
    return name in OPEN or any(name.startswith(key[:-1]) for key in OPEN if key.endswith("*"))


def values(world: dict[str, Any]) -> dict[str, Any]:
    """What stands for each parameter, by `address name.parameter` or by the parameter's name."""
    return {
        "reference": world["case_file"].reference,
        "town_slug": "mundaka",
        "csv": world["document"].csv,
        "slug": world["draft"].slug,
        "code": "REG-001",
        "step": "1",
        "number": world["entry"].number,
        "kind": "E",
        "year": world["entry"].book.year,
        "task_id": world["task"].pk,
        "entry_id": world["entry"].pk,
        "attachment_id": "1",
        "power_number": world["power"].number,
        "joining_slug": world["joining"].slug,
        "joining_csv": world["document"].csv,
        "charge_slug": world["charge"].slug,
        "signing_slug": world["signing"].slug,
        "document_id": world["document"].pk,
        "notification_id": world["notification"].pk,
        "correction_id": world["correction"].pk,
        "resident_id": world["resident"].pk,
        "dwelling_id": world["dwelling"].pk,
        "booking_id": world["booking"].pk,
        "admin:appointments_staff:act.verb": "cancel",
        "effect_id": world["effect"].pk,
        "portal:notification.pk": world["notification"].pk,
        "admin:registry_staff:entry.pk": world["entry"].pk,
        "admin:registry_staff:label.pk": world["entry"].pk,
        "admin:registry_staff:verify.pk": world["entry"].book_id,
        "verb": "take",
    }


@pytest.fixture
def world(cast: Cast) -> dict[str, Any]:
    return world_module.build(cast)


def addresses(world: dict[str, Any]) -> list[Address]:
    """Every address that takes an object, filled with Mundaka's; fails for a parameter nobody has a value for."""
    known, found, unknown = values(world), [], []
    for name, pattern, text in walk(get_resolver().url_patterns):
        if is_open(name) or (name.startswith("admin:") and ":" not in name[6:] and _is_model_page(pattern)):
            continue
        path, missing = fill(name, pattern, text, known)
        unknown += missing
        if parameters_of(pattern):
            found.append(Address(name, path))
    assert not unknown, f"give a value for: {unknown}"
    return found


def parameters_of(pattern: URLPattern) -> list[str]:
    return list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)


def fill(name: str, pattern: URLPattern, text: str, known: dict[str, Any]) -> tuple[str, list[str]]:
    """The address with its parameters filled in, and those that `known` has no value for."""
    path, missing = text, []
    for parameter in parameters_of(pattern):
        value = known.get(f"{name}.{parameter}", known.get(parameter))
        if value is None:
            missing.append(f"{name}.{parameter}")
        converter = pattern.pattern.converters.get(parameter)
        kind = type(converter).__name__.removesuffix("Converter").lower() if converter else ""
        kind = {"string": "str"}.get(kind, kind)
        for form in (f"<{kind}:{parameter}>", f"<{parameter}>"):
            path = path.replace(form, str(value))
    return path, missing


def _is_model_page(pattern: URLPattern) -> bool:
    """Django's own admin pages, which `test_the_admin…` walks model by model."""
    return (pattern.callback.__module__ or "").startswith("django.contrib.admin") or hasattr(
        pattern.callback, "model_admin"
    )


def gave_nothing(answer: HttpResponse) -> bool:
    """404, a way to the sign-in, or the admin's index; and not a word of the row."""
    if SECRET.encode() in getattr(answer, "content", b""):
        return False
    location = answer.headers.get("Location", "")
    led_away = answer.status_code == 302 and any(p in location for p in ("/account/", "/admin/"))
    return answer.status_code in (404, 405) or led_away


@pytest.mark.django_db
def test_a_stranger_reaches_no_object(cast: Cast, world: dict[str, Any]) -> None:
    strangers = {
        "nobody, in the town": (Client(), "/mundaka"),
        "nobody, elsewhere": (Client(), "/balmaseda"),
        "her neighbour": (sign_in(Client(), cast.jon, level=Level.CERTIFICATE), "/mundaka"),
        "her neighbour, elsewhere": (sign_in(Client(), cast.jon, level=Level.CERTIFICATE), "/balmaseda"),
        "another town's clerk": (sign_in(Client(), cast.koldo, second_factor=True), "/balmaseda"),
        "another town's clerk, here": (sign_in(Client(), cast.koldo, second_factor=True), "/mundaka"),
        "the province's operator": (sign_in(Client(), cast.olatz, second_factor=True), ""),
        "the clerk, without her second factor": (sign_in(Client(), cast.miren), "/mundaka"),
        "the clerk, in another town": (sign_in(Client(), cast.miren, second_factor=True), "/balmaseda"),
    }
    fell = []
    for address in addresses(world):
        for who, (client, town) in strangers.items():
            for method in ("get", "post"):
                answer = getattr(client, method)(f"{town}/{address.path}")
                # the registry asks for the role before it reads any row
                role_first = answer.status_code == 403 and address.name.startswith("admin:registry_staff:")
                if not (gave_nothing(answer) or role_first):
                    fell.append(f"{who}: {method} {town}/{address.path} ({address.name}) → {answer.status_code}")
    assert not fell, "\n".join(fell)


@pytest.mark.django_db
def test_whose_it_is_does_reach_it(cast: Cast, world: dict[str, Any]) -> None:
    """Without this the test above would pass on addresses that lead nowhere."""
    ane = sign_in(Client(), cast.ane, level=Level.CERTIFICATE)
    miren = sign_in(Client(), cast.miren, second_factor=True)
    lost = []
    for address in addresses(world):
        answers = [client.get(f"/mundaka/{address.path}").status_code for client in (ane, miren)]
        if not {200, 302, 405} & set(answers):
            lost.append(f"{address.name} {address.path} → {answers}")
    assert not lost, "\n".join(lost)


@pytest.mark.django_db
def test_the_admin_shows_no_row_of_another_town(cast: Cast, world: dict[str, Any]) -> None:
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    fell = []
    for model in walled_admin_models():
        with acting_for(cast.mundaka.pk):
            row = model._base_manager.filter(municipality=cast.mundaka).first()
        if row is None:
            continue
        base = f"/balmaseda/eu/admin/{model._meta.app_label}/{model._meta.model_name}"
        for path in (f"{base}/{row.pk}/change/", f"{base}/{row.pk}/delete/", f"{base}/{row.pk}/history/"):
            answer = koldo.get(path)
            if not (gave_nothing(answer) or answer.status_code == 403):
                fell.append(f"{path} → {answer.status_code}")
        for path in (f"{base}/", f"{base}/?q={SECRET[:-3]}", f"{base}/add/"):
            answer = koldo.get(path)
            if SECRET in answer.content.decode():
                fell.append(f"{path} shows another town's row")
    assert not fell, "\n".join(fell)


@pytest.mark.django_db
def test_no_list_shows_a_stranger_anything(cast: Cast, world: dict[str, Any]) -> None:
    jon = sign_in(Client(), cast.jon, level=Level.CERTIFICATE)
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    ane = sign_in(Client(), cast.ane, level=Level.CERTIFICATE)
    assert SECRET in ane.get("/mundaka/eu/folder/").content.decode()
    for name, pattern, text in walk(get_resolver().url_patterns):
        if pattern.pattern.converters or pattern.pattern.regex.groupindex or "logout" in text or "theme" in text:
            continue
        for client, town in ((jon, "/mundaka"), (jon, "/balmaseda"), (koldo, "/balmaseda")):
            if town == "/mundaka" and name in (
                "portal:offices",
                "portal:home",
                "territory:streets",
                "appointments:services",
            ):
                continue  # the town's own office, streets and services are public
            answer = client.get(f"{town}/{text}")
            assert SECRET not in getattr(answer, "content", b"").decode(errors="ignore"), f"{name} {town}/{text}"
