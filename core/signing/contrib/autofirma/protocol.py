"""What AutoFirma is told, and what it answers.

Facts of the protocol: github.com/ctt-gob-es/clienteafirma (autoscript.js, ProtocolInvocationUriParser, StorageService,
RetrieveService).
"""

import base64
import secrets
import string
from collections.abc import Mapping
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext_lazy as _

from core.municipalities.services import DomainError

from .codec import Unreadable, decipher

ID_LENGTH, KEY_LENGTH = 20, 8  # what it takes: letters and digits; eight characters
WAIT = "#WAIT"  # it is open, and she has not finished
SYNTAX = "1_0"
PROPERTIES = {
    "signatureSubFilter": "ETSI.CAdES.detached",  # PAdES; without it the signature is of Adobe's older kind
    "alwaysCreateRevision": "true",  # adds to the file, which begins with what she was shown; else it may write it anew
    "filters": "nonexpired:;signingcert:",
}
# the storage's and the retriever's answers, word for word
ERRORS = {
    "ERR-00": "No se ha indicado codigo de operacion",
    "ERR-01": "Codigo de operacion no soportado",
    "ERR-02": "No se han proporcionado los datos de la operacion",
    "ERR-05": "No se ha proporcionado un identificador para los datos",
    "ERR-06": "El identificador para los datos es invalido",
    "ERR-07": "Los datos solicitados o enviados son invalidos",
    "ERR-20": "No se ha indicado la versión de la sintaxis de la operación",
}
SAID = {
    "cancelled": _("You have closed AutoFirma without signing. You can begin again."),
    "certificates": _("AutoFirma has found no certificate to sign with. Put your card in the reader and begin again."),
    "failed": _("AutoFirma could not sign (%(code)s). Begin again, or sign in another way."),
}
NO_CERTIFICATES = ("SAF_10", "SAF_19", "ERR-17")


def new_id() -> str:
    """119 bits: whoever knows it is AutoFirma, or she."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _place in range(ID_LENGTH))


def new_key() -> str:
    return f"{secrets.randbelow(10**KEY_LENGTH):0{KEY_LENGTH}d}"


def error(code: str) -> str:
    return f"{code}:={ERRORS[code]}"


def address(*, file_id: str, key: str, retriever: str) -> str:
    """What opens AutoFirma: it fetches from the retriever what to do."""
    asked = {"fileid": file_id, "rtservlet": retriever, "key": key}
    return "afirma://sign?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())


def instructions(document: bytes, *, answer_id: str, key: str, storage: str) -> bytes:
    """The XML that AutoFirma fetches: sign this PDF, and bring it to the storage under `answer_id`."""
    asked = {
        "ver": "1",
        "op": "sign",
        "id": answer_id,
        "key": key,
        "stservlet": storage,
        "format": "PAdES",
        "algorithm": "SHA256withRSA",
        "properties": properties(PROPERTIES),
        "aw": "true",  # tells us while she is at it
        "dat": base64.urlsafe_b64encode(document).decode(),
    }
    inside = "".join(f"<e k={quoteattr(name)} v={quoteattr(value)}/>" for name, value in asked.items())
    return f"<sign>{inside}</sign>".encode()


def properties(values: Mapping[str, str]) -> str:
    """Java properties in base64. ASCII without `>`, `~`, `?`: then it has no `+` or `/`, which some versions lose."""
    text = "\n".join(f"{name}={value}" for name, value in values.items())
    if not text.isascii() or set(">~?\x7f") & set(text):
        raise ValueError("these properties would not reach AutoFirma")
    return base64.b64encode(text.encode()).decode()


def read_answer(text: str, key: str) -> bytes:
    """The signed file of an answer, `certificate|signature|…`. DomainError where she cancelled or it could not sign."""
    text = text.strip()
    if text.upper() in ("CANCEL", "%22CANCEL%22") or text.upper().startswith("ERR-11"):
        raise DomainError(SAID["cancelled"], code="cancelled")
    if text.upper().startswith(NO_CERTIFICATES):
        raise DomainError(SAID["certificates"], code="failed")
    if text.upper().startswith(("SAF_", "ERR-")):
        raise DomainError(SAID["failed"] % {"code": text[:6]}, code="failed")
    parts = text.split("|")
    try:
        return decipher(parts[1] if len(parts) > 1 else parts[0], key)
    except Unreadable as unreadable:
        raise DomainError(SAID["failed"] % {"code": str(unreadable)}, code="failed") from unreadable
