"""A wrong setting is named at start, and right ones pass without a word."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pytest_django import Settings

from biscaytik import checks
from biscaytik.launcher import places
from core.documents.demo_seal import make_demo_seal
from tests.servers import make_identity

PRODUCTION = {
    "BISCAYTIK_ENV": "production",
    "SECRET_KEY": hashlib.sha256(b"parallel workers must collect the same names").hexdigest(),
    "ALLOWED_HOSTS": "ataria.bizkaia.eus",
    "BASE_URL": "https://ataria.bizkaia.eus",
    "DB_PASSWORD": "x",
    "REDIS_URL": "redis://:x@valkey:6379/0",
    "CLAMD_ADDRESS": "tcp://clamd:3310",
    "IDENTITY_GATEWAYS": "certificate",
    "CERTIFICATE_HOST": "https://ziurtagiria.bizkaia.eus",
    "CERTIFICATE_PROXY_SECRET": "0123456789-0123456789-0123",
    "GILTZA_CLIENT_ID": "biscaytik",
    "GILTZA_CLIENT_SECRET": "x",
    "DEFAULT_FROM_EMAIL": "BiscayTIK <ez-erantzun@bizkaia.eus>",
    "SEAL_PASSPHRASE": "sesame",
    "PAYMENTS_KEYS": "0123456789-0123456789-0123456789-01",
}


def make_seal(folder: Path, *, days: int = 365) -> str:
    seal = make_identity(folder, f"seal{days}", days=days)
    path = folder / f"seal{days}.p12"
    secret = BestAvailableEncryption(b"sesame")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", seal.key, seal.certificate, None, secret))
    return str(path)


def check(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        **PRODUCTION,
        "SEAL_P12": make_seal(tmp_path),
        "BLOB_ROOT": str(tmp_path),
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=places.CHECKOUT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_check_without_a_word(tmp_path: Path) -> None:
    checked = check(tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_an_environment_full_of_mistakes_is_answered_with_each_of_them(tmp_path: Path) -> None:
    told = check(
        tmp_path, SECRET_KEY="", EMAIL_PORT="smtp", DB_PASSWORD_FILE="/nowhere", REDIS_URL="redis:/oops"
    ).stderr
    for text in ("E003", "EMAIL_PORT is “smtp”, not a number", "DB_PASSWORD_FILE is unreadable", "E007"):
        assert text in told


def test_a_secret_may_come_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sesame\n")
    checked = check(tmp_path, SEAL_PASSPHRASE="wrong", SEAL_PASSPHRASE_FILE=str(tmp_path / "secret"))
    assert checked.returncode == 0, checked.stderr


@pytest.fixture
def production(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings.PRODUCTION, settings.ENVIRONMENT = True, "production"
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    settings.ALLOWED_HOSTS = [PRODUCTION["ALLOWED_HOSTS"]]
    settings.ANTIVIRUS_BACKEND = "clamd"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SEAL_P12 = make_seal(tmp_path)
    for name in ("BASE_URL", "REDIS_URL", "CLAMD_ADDRESS"):
        setattr(settings, name, PRODUCTION[name])
    for name in ("DEFAULT_FROM_EMAIL", "SEAL_PASSPHRASE"):
        setattr(settings, name, PRODUCTION[name])
    monkeypatch.setitem(settings.DATABASES, "default", {"PASSWORD": "x", "HOST": "postgres"})
    return settings


def said() -> list[str]:
    return [str(message.id) for message in checks.every_setting()]


def test_the_settings_of_these_tests_are_right_to_begin_with(production: Settings) -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("number", "name", "value"),
    [
        (1, "ENVIRONMENT", "prodution"),
        (2, "WRONG_VALUES", {"EMAIL_PORT": "“smtp”, not a number"}),
        (3, "SECRET_KEY", "short"),
        (3, "SECRET_KEY", "development-only-" + PRODUCTION["SECRET_KEY"]),
        (4, "ALLOWED_HOSTS", []),
        (4, "ALLOWED_HOSTS", ["*", PRODUCTION["ALLOWED_HOSTS"]]),
        (5, "BASE_URL", "http://ataria.bizkaia.eus"),
        (6, "BASE_URL", "https://beste.bizkaia.eus"),
        (7, "REDIS_URL", "localhost:6379"),
        (7, "REDIS_URL", "redis://valkey:port/0"),
        (9, "SEAL_P12", "/nowhere.p12"),
        (10, "SEAL_P12", __file__),
        (10, "SEAL_PASSPHRASE", "wrong"),
        (13, "ANTIVIRUS_BACKEND", "demo"),
        (14, "CLAMD_ADDRESS", ""),
        (14, "CLAMD_ADDRESS", "unix://"),
        (15, "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"),
        (16, "DEFAULT_FROM_EMAIL", "ez-erantzun@biscaytik.example"),
    ],
)
def test_each_wrong_setting_is_named_with_what_to_do(production: Settings, number: int, name: str, value: Any) -> None:
    setattr(production, name, value)
    assert said() == [f"biscaytik.E{number:03}"]
    assert all(message.hint for message in checks.every_setting())


@pytest.mark.parametrize(("days", "expected"), [(-1, "biscaytik.E012"), (10, "biscaytik.W001")])
def test_a_seal_that_has_expired_or_will_soon_is_named(
    production: Settings, tmp_path: Path, days: int, expected: str
) -> None:
    production.SEAL_P12 = make_seal(tmp_path, days=days)
    assert said() == [expected]


def test_the_demonstration_s_seal_is_refused(production: Settings, tmp_path: Path) -> None:
    production.SEAL_P12 = str(tmp_path / "demo.p12")
    make_demo_seal(Path(production.SEAL_P12), "sesame")
    assert said() == ["biscaytik.E018"]


def test_a_folder_that_cannot_be_written_is_named(
    production: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks.os, "access", lambda path, mode: False)  # root may write everywhere
    assert said() == ["biscaytik.E008"]


def test_a_database_without_a_password_is_named(production: Settings) -> None:
    production.DATABASES["default"]["PASSWORD"] = ""
    assert said() == ["biscaytik.E017"]
