"""What is asked of Redsys server to server: the state of an order, and a refund."""

import logging
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import requests

from core.payments.constants import Signature
from core.payments.gateways import Away, Forged
from core.payments.models import PaymentMethod
from core.payments.secrets import secret_of

from .signing import SIGNERS, decode, encode, is_signed, sign_sha256_v1

logger = logging.getLogger(__name__)
TIMEOUT = (3, 15)
HOSTS = {True: "https://sis.redsys.es", False: "https://sis-t.redsys.es:25443"}
NOT_FOUND = "XML0024"


def host_of(method: PaymentMethod) -> str:
    return HOSTS[method.live]


def signed(method: PaymentMethod, parameters: Mapping[str, str]) -> dict[str, str]:
    """The three fields of every request, signed as the town's terminal is set."""
    version = method.signature
    encoded = encode(version, parameters)
    signature = SIGNERS[version](secret_of(method), parameters["DS_MERCHANT_ORDER"], encoded)
    return {"Ds_SignatureVersion": version, "Ds_MerchantParameters": encoded, "Ds_Signature": signature}


def opened(method: PaymentMethod, data: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an answer or a notification, once its signature is found right; Forged where it is not."""
    parameters, signature = str(data.get("Ds_MerchantParameters", "")), str(data.get("Ds_Signature", ""))
    try:
        found = decode(parameters)
    except ValueError as error:
        raise Forged("the parameters can't be read") from error
    version = str(data.get("Ds_SignatureVersion", ""))
    # the town's own scheme and no other: a weaker one is not accepted because a message asks for it
    if version != method.signature:
        raise Forged(f"signed as {version[:20] or 'nothing'}, not as {method.signature}")
    if not is_signed(version, secret_of(method), str(found.get("DS_ORDER", "")), parameters, signature):
        raise Forged("the signature is wrong")
    return found


def post(method: PaymentMethod, parameters: Mapping[str, str]) -> dict[str, Any]:
    """A request of the REST interface, and its verified answer."""
    try:
        answer = requests.post(
            f"{host_of(method)}/sis/rest/trataPeticionREST", json=signed(method, parameters), timeout=TIMEOUT
        )
        answer.raise_for_status()
        body = answer.json()
    except (requests.RequestException, ValueError) as error:
        logger.warning("Redsys does not answer: %s", error)
        raise Away(str(error)) from error
    if "errorCode" in body:
        return {"DS_RESPONSE": str(body["errorCode"])}
    return opened(method, body)


def ask_state(method: PaymentMethod, order: str) -> dict[str, str] | None:
    """What Redsys keeps of an order: {Ds_State, Ds_Response, Ds_Amount, Ds_Order …}; None where it never came."""
    version = (
        '<Version Ds_Version="0.0"><Message><Transaction>'
        f"<Ds_MerchantCode>{escape(method.merchant)}</Ds_MerchantCode><Ds_Terminal>{escape(method.terminal)}"
        f"</Ds_Terminal><Ds_Order>{escape(order)}</Ds_Order><Ds_TransactionType>0</Ds_TransactionType>"
        "</Transaction></Message></Version>"
    )
    # this interface knows no newer signature
    signature = sign_sha256_v1(secret_of(method), order, version)
    envelope = (
        '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:web="http://webservices.apl02.redsys.es"><soapenv:Header/><soapenv:Body><web:consultaOperaciones>'
        f"<cadenaXML><![CDATA[<Messages>{version}<Signature>{signature}</Signature>"
        f"<SignatureVersion>{Signature.SHA256_V1}</SignatureVersion></Messages>]]></cadenaXML>"
        "</web:consultaOperaciones></soapenv:Body></soapenv:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "consultaOperaciones"}
    try:
        answer = requests.post(
            f"{host_of(method)}/apl02/services/SerClsWSConsulta", envelope.encode(), headers=headers, timeout=TIMEOUT
        )
        answer.raise_for_status()
        inner = _element(ElementTree.fromstring(answer.content), "consultaOperacionesReturn")
        found = ElementTree.fromstring((inner.text if inner is not None else "") or "")
    except (requests.RequestException, ElementTree.ParseError) as error:
        logger.warning("Redsys does not say how order %s stands: %s", order, error)
        raise Away(str(error)) from error
    fault = _element(found, "Ds_ErrorCode")
    if fault is not None:
        if fault.text == NOT_FOUND:
            return None
        raise Away(f"Redsys answers {fault.text}")
    operation = _element(found, "Response")
    texts = {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in operation} if operation is not None else {}
    if texts.get("Ds_Order") != order or texts.get("Ds_MerchantCode", method.merchant) != method.merchant:
        raise Forged("the answer speaks of another order")
    return texts


def _element(root: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((one for one in root.iter() if one.tag.rpartition("}")[2] == name), None)
