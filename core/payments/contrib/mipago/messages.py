"""MiPago's XML, with its own names: the registration of a payment, its answer, and the notification."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from core.payments.cuaderno60 import FORMAT, Slip
from core.payments.gateways import Taken

CPR = "9052180"


@dataclass(frozen=True)
class Payer:
    name: str
    identifier: str


def registration(*, slip: Slip, suffix: str, until: date, concept: Mapping[str, str], payer: Payer) -> bytes:
    """`xmlRPC` of the first call: one payment of one concept. `concept` is {eu, es}."""
    call = Element("rpcCall", module="rpcCoreDaemon")
    parameter = SubElement(SubElement(call, "function", name="doExecInitializePayment"), "param")
    parameter.attrib.update(name="param0", type="XML")
    request = SubElement(SubElement(parameter, "paymentRequestData"), "peticionesPago")
    payment = SubElement(request, "peticionPago", id="0")
    _texts(SubElement(payment, "liquidacion"), {"paymentGatewayVersion": "3"})
    _texts(SubElement(payment, "descripcion"), concept)
    case = SubElement(payment, "expediente")
    _texts(case, {"codigo": slip.reference[:10]})
    _texts(SubElement(case, "tercero"), {"razonSocial": payer.name, "dniNif": payer.identifier})
    line = SubElement(SubElement(payment, "conceptos"), "conceptoPeticion")
    _texts(line, {"numeroLinea": "1", "baseImponible": "0"})
    _texts(SubElement(line, "descripcion"), concept)
    amount = str(slip.amount_cents)
    vat = {"tieneIVARepercutido": "false", "IVARepercutido": "false", "tipoIVA": "0"}
    _texts(line, {"unidades": "1"} | vat | {"importe": amount, "importeIVA": "0"})
    data = SubElement(payment, "datosPago")
    _texts(data, {"codigo": slip.barcode, "cpr": CPR, "tipo": suffix})
    term = SubElement(SubElement(data, "periodosPago"), "periodoPago", id="periodoNormal")
    _texts(term, {"importe": amount, "validarFechaFin": "true", "identificacion": slip.identification})
    _texts(term, {"fechaFin": f"{until:%d%m%y}", "activo": "false"})
    _texts(data, {"formato": FORMAT, "emisor": slip.issuer, "validar": "1", "referencia": slip.reference})
    return bytes(ElementTree.tostring(call, encoding="ISO-8859-1", xml_declaration=True))


def registered_id(answer: bytes) -> str:
    """The payment's name at MiPago: cpr, issuer, reference. Taken where it is paid, ValueError where it is refused."""
    try:
        root = ElementTree.fromstring(answer)
    except ElementTree.ParseError as error:
        raise ValueError("the answer is not XML") from error
    payment = next(root.iter("peticionPago"), None)
    if payment is None:
        raise ValueError("the answer names no payment")
    if payment.findtext(".//codigoError") == "pago_pagado":
        raise Taken(payment.get("id", ""))
    if next(payment.iter("validacion"), None) is not None:
        raise ValueError(payment.findtext(".//mensajeValidacion", "not valid")[:200])
    return payment.get("id", "")


def presentation(language: str) -> str:
    """`p12iPresentationRequestData`: the page's language; paying on the screen only, for slips are our own."""
    root = Element("presentationRequestData")
    _texts(root, {"idioma": language if language in ("eu", "es", "en") else "es"})
    SubElement(SubElement(root, "paymentModes"), "paymentMode", oid="02")
    return ElementTree.tostring(root, encoding="unicode")


def protocol(back: str) -> str:
    """`p12iProtocolData`: where the citizen comes back to."""
    root = Element("protocolData")
    SubElement(SubElement(root, "urls"), "url", id="urlVuelta").text = back
    return ElementTree.tostring(root, encoding="unicode")


@dataclass(frozen=True)
class Result:
    """What a notification says; `code` 04 is paid."""

    payment_id: str
    code: str
    amount: str
    operation: str
    receipt: str  # NRC, the bank's own proof


def result(xml: str) -> Result:
    """The notification's `param1`; ValueError where it can't be read."""
    if "<!" in xml.replace("<![CDATA[", ""):  # no document type, so no entities that grow
        raise ValueError("not plain XML")
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise ValueError("not XML") from error
    texts: dict[str, str] = {}
    for element in root.iter():
        texts.setdefault(element.tag.lower(), (element.text or "").strip())
    state = next(root.iter("estado"), None)
    code = (state.findtext("codigo") or "").strip() if state is not None else ""
    names = ("paymentid", "importe", "numerooperacion", "nrc")
    payment_id, amount, operation, receipt = (texts.get(name, "") for name in names)
    return Result(payment_id, code, amount, operation, receipt)


def _texts(parent: Element, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
