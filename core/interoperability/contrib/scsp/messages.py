"""SCSP v3 messages: the request, whose every value is held to the protocol's schema, and what an answer says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

REQUEST = "http://intermediacion.redsara.es/scsp/esquemas/V3/peticion"
ANSWER = "http://intermediacion.redsara.es/scsp/esquemas/V3/respuesta"
SPECIFIC = "http://intermediacion.redsara.es/scsp/esquemas/datosespecificos"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
PROCESSED, IN_PROCESS = "0003", ("0001", "0002", "0004")
# what peticion.xsd allows: a pattern, or the most characters
RULES: dict[str, re.Pattern[str] | int] = {
    "IdPeticion": 26,
    "TimeStamp": 29,
    "CodigoCertificado": 64,
    "NifEmisor": re.compile(r"[A-Z]\d{7}[0-9A-Z]"),
    "NombreEmisor": 50,
    "IdentificadorSolicitante": re.compile(r"[A-Za-z]\d{7}[0-9A-Za-z]"),
    "NombreSolicitante": 50,
    "UnidadTramitadora": 250,
    "CodigoUnidadTramitadora": re.compile(r"([AUIJO]\d|CC|G[EA]|E([AC]|\d)|L(A|\d))\d{7}"),
    "CodProcedimiento": re.compile(r".{3,20}"),
    "NombreProcedimiento": 100,
    "Automatizado": re.compile(r"[SN]"),
    "ClaseTramite": re.compile(r"\d{1,2}"),
    "Finalidad": 250,
    "Consentimiento": re.compile(r"Si|Ley"),
    "NombreCompletoFuncionario": 160,
    "NifFuncionario": re.compile(r"[XYZxyz]\d{7}[A-Za-z]|\d{8}[A-Za-z]"),
    "IdExpediente": 65,
    "TipoDocumentacion": re.compile(r"NIF|NIE"),
    "Documentacion": 9,
    "IdSolicitud": 40,
}


class Invalid(ValueError):
    """A value that the protocol does not take, or an answer that does not speak of the question."""


@dataclass(frozen=True)
class Told:
    """What an answer says: its state's code and text, and the leaves of its specific data."""

    state: str
    text: str
    facts: Mapping[str, str]


def _leaf(name: str, value: str) -> str:
    rule, text = RULES[name], " ".join(value.split())
    if not text or (len(text) > rule if isinstance(rule, int) else not rule.fullmatch(text)):
        raise Invalid(f"{name}: “{text[:40]}” is not what the protocol takes")
    return f"<{name}>{escape(text)}</{name}>"


def body_of(values: Mapping[str, str]) -> str:
    """The SOAP body of a synchronous request about one person; `values` by the names of RULES, all of them but
    IdExpediente obligatory. Invalid where one is missing or not what the schema takes."""
    if missing := RULES.keys() - values.keys() - {"IdExpediente"}:
        raise Invalid(f"missing: {', '.join(sorted(missing))}")

    def leaves(*names: str) -> str:
        return "".join(_leaf(name, values[name]) for name in names if name in values)

    procedure = leaves("CodProcedimiento", "NombreProcedimiento", "Automatizado", "ClaseTramite")
    official = leaves("NombreCompletoFuncionario", "NifFuncionario")
    requester = (
        leaves("IdentificadorSolicitante", "NombreSolicitante", "UnidadTramitadora", "CodigoUnidadTramitadora")
        + f"<Procedimiento>{procedure}</Procedimiento>"
        + leaves("Finalidad", "Consentimiento")
        + f"<Funcionario>{official}</Funcionario>"
        + leaves("IdExpediente")
    )
    return (
        f'<soapenv:Body xmlns:soapenv="{SOAP}" xmlns:wsu="{UTILITY}" wsu:Id="body"><Peticion xmlns="{REQUEST}">'
        f"<Atributos>{leaves('IdPeticion')}<NumElementos>1</NumElementos>{leaves('TimeStamp', 'CodigoCertificado')}"
        "</Atributos><Solicitudes><SolicitudTransmision><DatosGenericos>"
        f"<Emisor>{leaves('NifEmisor', 'NombreEmisor')}</Emisor><Solicitante>{requester}</Solicitante>"
        f"<Titular>{leaves('TipoDocumentacion', 'Documentacion')}</Titular>"
        f"<Transmision>{leaves('CodigoCertificado', 'IdSolicitud')}</Transmision>"
        "</DatosGenericos></SolicitudTransmision></Solicitudes></Peticion></soapenv:Body>"
    )


def read(content: bytes, *, request_id: str, certificate: str) -> Told:
    """What came back, once it speaks of this very request. Invalid where it does not, or can't be read."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Invalid("the answer brings a document type")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise Invalid("the answer is not XML") from error
    fault = root.find(f".//{{{SOAP}}}Fault")
    if fault is not None:
        return Told("fault", " ".join("".join(fault.itertext()).split())[:200], {})
    if _text(root, "IdPeticion") != request_id or _text(root, "CodigoCertificado") != certificate:
        raise Invalid("the answer speaks of another request")
    specific = root.find(f".//{{{SPECIFIC}}}DatosEspecificos")
    leaves = [one for one in specific.iter() if not len(one) and one.text] if specific is not None else []
    facts = {one.tag.rpartition("}")[2]: " ".join((one.text or "").split()) for one in leaves}
    return Told(_text(root, "CodigoEstado"), _text(root, "LiteralError"), facts)


def _text(root: ElementTree.Element, name: str) -> str:
    found = root.find(f".//{{{ANSWER}}}{name}")
    return (found.text or "").strip() if found is not None else ""
