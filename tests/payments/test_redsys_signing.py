"""Redsys' signatures against the vectors of the fact book, computed there with another library."""

import base64
import json

import pytest

from core.payments.contrib.redsys.signing import SIGNERS, decode, encode, is_signed

SECRET = "sq7HjrUOBfKmC576ILgskD5srU870gJ7"  # the public test key
ORDER = "2026A0000123"
PARAMETERS = (
    "eyJEU19NRVJDSEFOVF9BTU9VTlQiOiAiMTI1MCIsICJEU19NRVJDSEFOVF9DVVJSRU5DWSI6ICI5NzgiLCAiRFNfTUVSQ0hBTlRfTUVSQ0hBTlRDT0RF"
    "IjogIjk5OTAwODg4MSIsICJEU19NRVJDSEFOVF9PUkRFUiI6ICIyMDI2QTAwMDAxMjMiLCAiRFNfTUVSQ0hBTlRfVEVSTUlOQUwiOiAiMSIsICJEU19N"
    "RVJDSEFOVF9UUkFOU0FDVElPTlRZUEUiOiAiMCJ9"
)
VECTORS = {
    "HMAC_SHA256_V1": "dPZVJzyOEdWCx6LU29zBbyBTpmSGQKJ2l+Kl6aogG+M=",
    "HMAC_SHA512_V2": "VCZxDQ221bVDpumGJH_ZkqjItXRcxDV6Yvrxr1eS185zlLTkiE0SA4r-xZ9YKTQ6ShXdEu0vWDOMIW3E2hcIvQ",
}


@pytest.mark.parametrize("version", VECTORS)
def test_the_vectors(version: str) -> None:
    assert SIGNERS[version](SECRET, ORDER, PARAMETERS) == VECTORS[version]


@pytest.mark.parametrize("version", VECTORS)
def test_a_signature_is_known_in_both_alphabets_and_nothing_else_is(version: str) -> None:
    right = VECTORS[version]
    other = right.replace("+", "-").replace("/", "_").rstrip("=")
    assert is_signed(version, SECRET, ORDER, PARAMETERS, right) and is_signed(version, SECRET, ORDER, PARAMETERS, other)
    for wrong in ("", right[:-3], right.swapcase(), "é" + right[1:]):
        assert not is_signed(version, SECRET, ORDER, PARAMETERS, wrong)
    assert not is_signed(version, SECRET, "2026A0000124", PARAMETERS, right)
    assert not is_signed(version, SECRET, ORDER, PARAMETERS + "A", right)
    assert not is_signed("HMAC_SHA1", SECRET, ORDER, PARAMETERS, right)


@pytest.mark.parametrize("version", VECTORS)
def test_parameters_come_back_as_they_were_sent(version: str) -> None:
    sent = {"DS_MERCHANT_PRODUCTDESCRIPTION": "Ordainketa: ñ, €, “>>>???”", "DS_MERCHANT_ORDER": ORDER}
    text = encode(version, sent)
    assert decode(text) == sent
    assert (version == "HMAC_SHA256_V1") or not set("+/=") & set(text)
    assert decode(base64.b64encode(json.dumps({"Ds_Order": ORDER}).encode()).decode()) == {"DS_ORDER": ORDER}


@pytest.mark.parametrize(
    "text", ["", "%%%", "AAAA", base64.b64encode(b"[1]").decode(), base64.b64encode(b"\xff").decode()]
)
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode(text)
