"""What is wrong with the seal, said at start and on the operator's page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings

SOON = timedelta(days=30)


def check_config() -> list[tuple[str, str]]:
    """Each fault as (what is wrong, what to do); reads the seal's file, imports no PDF library."""
    if not settings.SEAL_P12:
        return [("There is no seal: documents carry their verification code only.", "Set SEAL_P12 to a PKCS#12 file.")]
    try:
        content = Path(settings.SEAL_P12).read_bytes()
        key, certificate, _chain = pkcs12.load_key_and_certificates(content, settings.SEAL_PASSPHRASE.encode())
    except OSError as error:
        return [(f"The seal can't be read: {error}", "Check SEAL_P12; in development run manage.py ensure_seal.")]
    except ValueError as error:
        return [(f"The seal can't be opened: {error}", "Check SEAL_PASSPHRASE.")]
    if key is None or certificate is None:
        return [("SEAL_P12 holds no key with its certificate.", "Export the seal again with its private key.")]
    faults = []
    until = certificate.not_valid_after_utc
    if until < datetime.now(UTC) + SOON:
        faults.append((f"The seal is valid until {until:%Y-%m-%d} only.", "Renew it and change SEAL_P12."))
    if settings.PRODUCTION and "DEMO" in certificate.subject.rfc4514_string():
        faults.append(("The seal is the demonstration's.", "Set SEAL_P12 to the town hall's own seal."))
    return faults
