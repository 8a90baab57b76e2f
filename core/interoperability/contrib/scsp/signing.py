"""WS-Security for the request: the body is signed with the installation's certificate (X.509 token profile)."""

import base64
import hashlib
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from .messages import SOAP, UTILITY

SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def _canonical(xml: str) -> bytes:
    """Of XML that declares each namespace where it is used: there C14N 2.0 and exclusive C14N write the same."""
    return ElementTree.canonicalize(xml).encode()


def envelope(body: str, key_file: Path) -> bytes:
    """The whole SOAP message; `key_file` is a PEM with the private key and its certificate."""
    pem = key_file.read_bytes()
    key = cast(rsa.RSAPrivateKey, load_pem_private_key(pem, None))
    token = base64.b64encode(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)).decode()
    digest = base64.b64encode(hashlib.sha256(_canonical(body)).digest()).decode()
    info = (
        f'<ds:SignedInfo xmlns:ds="{DSIG}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{RSA_SHA256}"/><ds:Reference URI="#body"><ds:Transforms>'
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
    signature = base64.b64encode(key.sign(_canonical(info), padding.PKCS1v15(), hashes.SHA256())).decode()
    header = (
        f'<wsse:Security xmlns:wsse="{SECURITY}" soapenv:mustUnderstand="1"><wsse:BinarySecurityToken '
        f'xmlns:wsu="{UTILITY}" wsu:Id="token" EncodingType="{BASE64}" ValueType="{TOKEN}">{token}'
        f'</wsse:BinarySecurityToken><ds:Signature xmlns:ds="{DSIG}">{info}<ds:SignatureValue>{signature}'
        "</ds:SignatureValue><ds:KeyInfo><wsse:SecurityTokenReference>"
        f'<wsse:Reference URI="#token" ValueType="{TOKEN}"/></wsse:SecurityTokenReference></ds:KeyInfo>'
        "</ds:Signature></wsse:Security>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Header>{header}'
        f"</soapenv:Header>{body}</soapenv:Envelope>"
    ).encode()
