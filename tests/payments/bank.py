"""Redsys, played by a strict server: whatever is not signed and named as its manuals say is refused."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

from core.payments.contrib.redsys.signing import SIGNERS, encode, is_signed
from core.payments.models import PaymentAttempt
from tests.payments.conftest import ISSUER, MERCHANT, SECRET, SUFFIX, TERMINAL

PAYMENT_FIELDS = {
    "DS_MERCHANT_AMOUNT", "DS_MERCHANT_CURRENCY", "DS_MERCHANT_ORDER", "DS_MERCHANT_MERCHANTCODE",
    "DS_MERCHANT_TERMINAL", "DS_MERCHANT_TRANSACTIONTYPE",
}  # fmt: skip
REDIRECT_FIELDS = {"DS_MERCHANT_MERCHANTURL", "DS_MERCHANT_URLOK", "DS_MERCHANT_URLKO"}


class Refused(Exception):
    """The bank does not take this."""


def opened(fields: Mapping[str, str], *, needed: set[str], version: str = "HMAC_SHA512_V2") -> dict[str, str]:
    """The parameters of a signed request, checked as the bank checks them."""
    if set(fields) != {"Ds_SignatureVersion", "Ds_MerchantParameters", "Ds_Signature"}:
        raise Refused("fields")
    text = fields["Ds_MerchantParameters"]
    if version == "HMAC_SHA512_V2" and set("+/=") & set(text):
        raise Refused("SIS0430")
    said = json.loads(base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4)))
    order = said.get("DS_MERCHANT_ORDER", "")
    if fields["Ds_SignatureVersion"] != version or not is_signed(version, SECRET, order, text, fields["Ds_Signature"]):
        raise Refused("SIS0042")
    if missing := needed - set(said):
        raise Refused(f"missing {missing}")
    if not (4 <= len(order) <= 12 and order[:4].isdecimal() and order.isalnum()):
        raise Refused("SIS0051")
    if not said["DS_MERCHANT_AMOUNT"].isdecimal() or said["DS_MERCHANT_CURRENCY"] != "978":
        raise Refused("amount")
    if (said["DS_MERCHANT_MERCHANTCODE"], said["DS_MERCHANT_TERMINAL"]) != (MERCHANT, TERMINAL):
        raise Refused("merchant")
    return said


def notification(
    attempt: PaymentAttempt, *, version: str = "HMAC_SHA512_V2", secret: str = SECRET, **changes: str
) -> dict[str, str]:
    """What Redsys posts for an attempt; `changes` replace single parameters."""
    said = {
        "Ds_Date": "22/11/2026",
        "Ds_Hour": "10:31",
        "Ds_Amount": str(attempt.amount_cents),
        "Ds_Currency": "978",
        "Ds_Order": attempt.order,
        "Ds_MerchantCode": MERCHANT,
        "Ds_Terminal": "001",
        "Ds_Response": "0000",
        "Ds_TransactionType": "0",
        "Ds_AuthorisationCode": "331113",
        "Ds_Card_Number": "454881******0004",
    } | changes
    text = encode(version, said)
    return {
        "Ds_SignatureVersion": version,
        "Ds_MerchantParameters": text,
        "Ds_Signature": SIGNERS[version](secret, said["Ds_Order"], text),
    }


class Redsys(BaseHTTPRequestHandler):
    """`orders`: order → {state, response, amount}, what it knows; `refunds`: what it was asked to give back."""

    orders: dict[str, dict[str, str]] = {}
    refunds: list[dict[str, str]] = []
    answer: str = "0900"
    broken = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.broken:
            return self._send(b"no", 503)
        try:
            if self.path == "/sis/rest/trataPeticionREST":
                return self._send(self._refund(json.loads(body)))
            if self.path == "/apl02/services/SerClsWSConsulta":
                return self._send(self._state(body))
            raise Refused(self.path)
        except Refused as error:
            return self._send(json.dumps({"errorCode": str(error)}).encode())

    def _refund(self, fields: dict[str, str]) -> bytes:
        said = opened(fields, needed=PAYMENT_FIELDS)
        known = self.orders.get(said["DS_MERCHANT_ORDER"])
        if said["DS_MERCHANT_TRANSACTIONTYPE"] != "3" or known is None:
            raise Refused("SIS0054")
        type(self).refunds.append(said)
        given = {
            "Ds_Order": said["DS_MERCHANT_ORDER"],
            "Ds_Amount": said["DS_MERCHANT_AMOUNT"],
            "Ds_Response": self.answer,
            "Ds_TransactionType": "3",
        }
        text = encode("HMAC_SHA512_V2", given)
        signature = SIGNERS["HMAC_SHA512_V2"](SECRET, given["Ds_Order"], text)
        return json.dumps(
            {"Ds_SignatureVersion": "HMAC_SHA512_V2", "Ds_MerchantParameters": text, "Ds_Signature": signature}
        ).encode()

    def _state(self, body: bytes) -> bytes:
        text = next(one.text or "" for one in ElementTree.fromstring(body).iter("cadenaXML"))
        version = text[text.index("<Version") : text.index("</Version>") + len("</Version>")]
        root = ElementTree.fromstring(text)
        order, signature = root.findtext(".//Ds_Order", ""), root.findtext("Signature", "")
        if not is_signed("HMAC_SHA256_V1", SECRET, order, version, signature):
            raise Refused("SIS0042")
        if (root.findtext(".//Ds_MerchantCode"), root.findtext(".//Ds_Terminal")) != (MERCHANT, TERMINAL):
            raise Refused("merchant")
        known = self.orders.get(order)
        inner = "<ErrorMsg><Ds_ErrorCode>XML0024</Ds_ErrorCode></ErrorMsg>"
        if known:
            inner = (
                f"<Response><Ds_MerchantCode>{MERCHANT}</Ds_MerchantCode><Ds_Order>{order}</Ds_Order>"
                f"<Ds_Amount>{known['amount']}</Ds_Amount><Ds_Currency>978</Ds_Currency>"
                f"<Ds_State>{known['state']}</Ds_State><Ds_Response>{known['response']}</Ds_Response></Response>"
            )
        said = f'<Messages><Version Ds_Version="0.0"><Message>{inner}</Message></Version></Messages>'
        escaped = said.replace("<", "&lt;")
        envelope = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><p:consultaOperacionesResponse '
            f'xmlns:p="http://webservices.apl02.redsys.es"><consultaOperacionesReturn>{escaped}'
            "</consultaOperacionesReturn></p:consultaOperacionesResponse></s:Body></s:Envelope>"
        )
        return envelope.encode()

    def _send(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class MiPago(Redsys):
    """The gateway of the Basque administrations: registers what is whole, and in ISO-8859-1."""

    registered: dict[str, dict[str, str]] = {}
    refuse = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.broken:
            return self._send(b"no", 503)
        form = parse_qs(body.decode("ascii"), encoding="latin-1", strict_parsing=True)
        xml = form["xmlRPC"][0]
        if self.path != "/p12gWar/p12gRPCDispatcherServlet" or not xml.startswith(
            "<?xml version='1.0' encoding='ISO-8859-1'?>"
        ):
            return self._send(b"<error/>", 400)
        root = ElementTree.fromstring(xml.encode("latin-1"))
        data, payment = root.find(".//datosPago"), root.find(".//peticionPago")
        assert data is not None and payment is not None
        texts = {name: data.findtext(name, "") for name in ("codigo", "cpr", "tipo", "formato", "emisor", "referencia")}
        term = data.find(".//periodoPago")
        assert term is not None
        amount, until = term.findtext("importe", ""), term.findtext("fechaFin", "")
        whole = f"90521{ISSUER}{texts['referencia']}{term.findtext('identificacion')}{int(amount):08d}0"
        right = (
            (texts["cpr"], texts["formato"], texts["emisor"], texts["tipo"]) == ("9052180", "521", ISSUER, SUFFIX)
            and texts["codigo"] == whole
            and len(texts["referencia"]) == 12
            and len(until) == 6
            and all(payment.findtext(f"descripcion/{language}") for language in ("eu", "es"))
            and payment.findtext(".//conceptoPeticion/importe") == amount
        )
        if not right or self.refuse:
            reason = self.refuse or "datos"
            return self._send(
                f'<r><peticionPago id="x"><validacion><codigoError>{reason}</codigoError><mensajeValidacion>no'
                "</mensajeValidacion></validacion></peticionPago></r>".encode()
            )
        name = f"9052180{ISSUER}{texts['referencia']}"
        type(self).registered[name] = {"amount": amount, "until": until}
        return self._send(f'<r><peticionPago id="{name}"><estado/></peticionPago></r>'.encode())


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
