"""The verification code (código seguro de verificación, CSV): 26 characters that nobody can guess and anybody can type.

Ley 40/2015, art. 42, and RD 203/2021, art. 21. Crockford's base32 has no I, L, O or U, so a code that was read aloud
or copied by hand can be put right.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26  # 130 bits
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_csv() -> str:
    """A fresh code, as stored: 26 characters without dashes."""
    bits = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH))


def normalise_csv(typed: str) -> str | None:
    """The stored form of what somebody typed, with spaces, dashes, lower case, O for 0 and I or L for 1 put right.

    None when it can't be a code.
    """
    code = re.sub(r"[\s\-\u2010-\u2015.]+", "", typed[:100]).upper().translate(_MEANT)
    return code if _CODE.fullmatch(code) else None


def grouped_csv(csv: str) -> str:
    """As it is printed: XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX."""
    return "-".join((csv[:5], csv[5:10], csv[10:15], csv[15:20], csv[20:]))
