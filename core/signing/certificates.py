"""A certificate from outside, read to the end at once: what it holds is parsed here, or it is none."""

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def read_certificate(der: bytes) -> x509.Certificate:
    """The certificate of these bytes; ValueError where they are none, or one that nobody can sign a document with.

    Both libraries read each part when it is asked for, so a broken one would break whoever comes to it first.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        _parts = certificate.subject, certificate.issuer, certificate.extensions, certificate.not_valid_after_utc
        key = certificate.public_key()
        asn1.Certificate.load(der, strict=True).native  # noqa: B018 - reads all of it
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise ValueError(f"no certificate: {error}") from error
    except UnsupportedAlgorithm as error:
        raise ValueError(f"a certificate with a key of no known kind: {error}") from error
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise ValueError("a certificate whose key is neither RSA nor of an elliptic curve")
    return certificate
