"""How the verbs of signing are called once: a part of the table in `verbs`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from core.signing import services as signing
from core.signing.constants import Method
from core.signing.contrib.demo import issuing
from core.signing.models import SigningAttempt, SigningRequest
from tests.cast import Cast
from tests.signing.conftest import made, shown

Act = Callable[[], object]


def asked(cast: Cast) -> SigningRequest:
    return signing.ask(document=made(cast.clerk()), person=cast.ane.person, name="Ane", actor=cast.clerk())


def begun(cast: Cast, method: Method = Method.CODE) -> SigningAttempt:
    request = asked(cast)
    return signing.begin(request=request, method=method, sha256=shown(request), minutes=5, actor=cast.citizen(cast.ane))


def of_attempt(verb: Callable[..., Any], **more: Any) -> Callable[[Cast], Act]:
    return lambda cast: partial(verb, attempt=begun(cast), actor=cast.citizen(cast.ane), **more)


def with_certificate(cast: Cast) -> Act:
    attempt = begun(cast, Method.DEMO)
    signed = issuing.sign(signing.read(attempt.version), name="Ane", number="12345678Z")
    return partial(
        signing.take_signed_file, attempt=attempt, signed=signed, trust=issuing.trust, actor=cast.citizen(cast.ane)
    )


ACTS: dict[str, Callable[[Cast], Act]] = {
    "core.signing.ask": lambda cast: partial(
        signing.ask, document=made(cast.clerk()), person=cast.ane.person, name="Ane", actor=cast.clerk()
    ),
    "core.signing.cancel": lambda cast: partial(signing.cancel, request=asked(cast), reason="Oker", actor=cast.clerk()),
    "core.signing.cancel_of": lambda cast: partial(
        signing.cancel_of, case_reference=asked(cast).case_reference, reason="Oker", actor=cast.clerk()
    ),
    "core.signing.decline": lambda cast: partial(
        signing.decline, request=asked(cast), reason="Ez", actor=cast.citizen(cast.ane)
    ),
    "core.signing.begin": lambda cast: partial(begun, cast),
    "core.signing.fail": of_attempt(signing.fail, reason="x"),
    "core.signing.finish": of_attempt(signing.finish, evidence={}),
    "core.signing.take_signed_file": with_certificate,
}
