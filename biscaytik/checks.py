"""Every setting that is missing or wrong is said by `manage.py check`, with what to do; containers ask it at start.

What only matters to citizens is asked for in production alone (BISCAYTIK_ENV=production). Gateways of identity and the
database's role are checked by the rooms that own them.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from core.documents.constants import DEMO_SEAL

Found = Iterator[CheckMessage]
WEAK_KEY = 50
SOON_DAYS = 30


@register("biscaytik")
def every_setting(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Run all checks of this module; each yields messages with an id of its own."""
    checks: list[Callable[[], Found]] = [environment, broker, storage, seal]
    if settings.PRODUCTION:
        checks += [secret_key, hosts, antivirus, mail, database]
    return [message for check in checks for message in check()]


def _error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"biscaytik.E{number:03}")


def environment() -> Found:
    """A misspelt `prodution` must not silently start a development server."""
    if settings.ENVIRONMENT not in ("production", "development"):
        yield _error(
            1,
            f"BISCAYTIK_ENV is “{settings.ENVIRONMENT}”.",
            "Set it to production, or to development on your own machine.",
        )
    for name, fault in settings.WRONG_VALUES.items():
        yield _error(2, f"{name} is {fault}.", "deploy/env.example says what it must look like.")


def secret_key() -> Found:
    """Sessions, password resets and signed links hang on it."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if len(key) < WEAK_KEY or len(set(key)) < 10 or key.startswith("development-only-"):
        hint = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(60))', and keep it between starts."
        yield _error(3, "SECRET_KEY is missing or weak.", hint)


def hosts() -> Found:
    """The addresses that the portal answers to, and the one it prints on documents."""
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield _error(4, "ALLOWED_HOSTS is empty or lets every name in.", "List the portal's host names with commas.")
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https" or not address.hostname:
        yield _error(
            5, f"BASE_URL is {settings.BASE_URL}.", "It is printed on documents: give it whole, with https://."
        )
    elif settings.ALLOWED_HOSTS and not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        yield _error(6, "The host of BASE_URL is not in ALLOWED_HOSTS.", f"Add {address.hostname} to ALLOWED_HOSTS.")


def broker() -> Found:
    """Looks at the address only: the portal must start, and register, while Redis is down."""
    if not _is_address(settings.REDIS_URL, ("redis", "rediss", "unix")):
        yield _error(7, "REDIS_URL can't be read as an address.", "It looks like redis://:password@host:6379/0.")


def storage() -> Found:
    """Blobs must be writable: a receipt that can't be stored is found out now, not by a citizen."""
    options = settings.STORAGES["blobs"].get("OPTIONS", {})
    if "location" not in options:
        return
    folder = nearest = Path(options["location"])
    while not nearest.exists():
        nearest = nearest.parent
    if not os.access(nearest, os.W_OK | os.X_OK):
        hint = f"chown {os.geteuid()} {nearest}, or set BLOB_ROOT to a folder that the portal may write."
        yield _error(8, f"The folder for documents, {folder}, can't be written.", hint)


def seal() -> Found:
    """The certificate with which documents are sealed; development makes its own at first use."""
    if not settings.PRODUCTION:
        return
    try:
        content = Path(settings.SEAL_P12).read_bytes()
        key, certificate, _chain = pkcs12.load_key_and_certificates(content, settings.SEAL_PASSPHRASE.encode())
    except OSError:
        hint = "Set it to the PKCS#12 file of the seal certificate, readable by the portal."
        yield _error(9, f"SEAL_P12, “{settings.SEAL_P12}”, can't be read.", hint)
        return
    except ValueError:
        yield _error(10, "SEAL_P12 does not open.", "Is SEAL_PASSPHRASE its passphrase, and the file PKCS#12?")
        return
    if key is None or certificate is None:
        yield _error(11, "SEAL_P12 holds no key with its certificate.", "Export both into one PKCS#12 file.")
        return
    if DEMO_SEAL in certificate.subject.rfc4514_string():
        yield _error(18, "The seal is the demonstration's.", "Set SEAL_P12 to the town hall's own seal.")
    days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
    if days < 0:
        yield _error(
            12, "The seal certificate has expired.", "Documents made now would not verify: install the new one."
        )
    elif days < SOON_DAYS:
        hint = "Ask the issuer for the new one now, and follow “Keys” in docs/operations.md."
        yield Warning(f"The seal certificate expires in {days} days.", hint=hint, id="biscaytik.W001")


def antivirus() -> Found:
    """What citizens upload is looked at by a real scanner."""
    if settings.ANTIVIRUS_BACKEND != "clamd":
        yield _error(13, f"ANTIVIRUS_BACKEND is {settings.ANTIVIRUS_BACKEND} in production.", "Set it to clamd.")
    elif not _is_address(settings.CLAMD_ADDRESS, ("tcp", "unix")):
        yield _error(14, "CLAMD_ADDRESS is missing or unreadable.", "tcp://host:3310 or unix:///run/clamav/clamd.ctl")


def mail() -> Found:
    """Notices must leave the machine, from an address that exists."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield _error(15, f"EMAIL_BACKEND is {settings.EMAIL_BACKEND} in production.", "Unset it: smtp is the default.")
    if ".example" in settings.DEFAULT_FROM_EMAIL:
        yield _error(16, "DEFAULT_FROM_EMAIL is still the example.", "Set it to the address that notices come from.")


def database() -> Found:
    """The role itself is checked by core.municipalities; here, that nobody may log in without a password."""
    there = settings.DATABASES["default"]
    if not there["PASSWORD"] and not there["HOST"].startswith("/"):
        hint = "Set DB_PASSWORD, or DB_HOST to the folder of Postgres' socket with peer authentication."
        yield _error(17, "DB_PASSWORD is missing.", hint)


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        address = urlsplit(text)
        return (
            address.scheme in schemes
            and bool(address.path if address.scheme == "unix" else address.hostname)
            and (address.port is None or address.port > 0)
        )
    except ValueError:
        return False
