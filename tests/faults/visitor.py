"""A browser of the real thing: HTTP against granian, with or without nginx before it."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import requests
from django.test import Client

from core.identity.models import User
from tests.clients import sign_in
from tests.procedures.answers import YOU, samples
from tests.procedures.walking import PDF, SHOWN
from tests.servers import EICAR

TOKEN = "0123456789abcdefghijABCDEFGHIJ01"
EXE = b"MZ\x90\0" + b"\0" * 60


def bomb() -> bytes:
    """A ZIP of thirty kilobytes that unpacks to thirty megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big", bytes(30 << 20))
    return out.getvalue()


# what was sent → a piece of what is said about it, in Basque
REFUSED = {
    "program.pdf": (EXE, "programa bat da"),
    "bomb.zip": (bomb(), "ezin da modu seguruan ireki"),
    "virus.pdf": (PDF + EICAR, "birus bat du"),
    "huge.pdf": (PDF + bytes(60 << 20), "gehienez"),
}


@dataclass
class Visitor:
    """Signed in as `user` in the database that Django's connection leads to; `.at` is where she stands."""

    address: str
    user: User
    host: str = ""
    verify: str | bool = True
    town: str = "mundaka"
    at: str = ""
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        session = sign_in(Client(), self.user).session
        session.save()
        self.http.headers["Cookie"] = f"sessionid={session.session_key}; csrftoken={TOKEN}"
        self.http.headers["X-CSRFToken"] = TOKEN
        if self.host:
            self.http.headers |= {"Host": self.host, "Referer": f"https://{self.host}/"}
        self.http.verify = self.verify

    def get(self, path: str = "") -> requests.Response:
        return self.http.get(self.address + (path or self.at), allow_redirects=False, timeout=60)

    def post(self, data: dict[str, Any], path: str = "", **more: Any) -> requests.Response:
        """Send a form; a redirect says where she stands now."""
        answer = self.http.post(self.address + (path or self.at), data, allow_redirects=False, timeout=60, **more)
        if answer.status_code == 302:
            self.at = answer.headers["Location"].split("?")[0]
        return answer

    def seen(self) -> dict[str, str]:
        """What the form of the check page sends: the fingerprint of what it shows."""
        found = SHOWN.search(self.get().text)
        return {"shown": found[1]} if found else {}

    def fill(self, code: str, *, until: str = "check") -> "Visitor":
        """Begin a procedure and answer every step up to `until`."""
        from procedures.catalogue import find_definition

        definition = find_definition(code)
        assert definition
        self.post({"another": "1"}, f"/{self.town}/eu/procedures/{code}/start/")
        for _step in range(10):
            step = self.at.rstrip("/").rsplit("/", 1)[1]
            if step == until:
                return self
            data = {} if step == "documents" else YOU
            if step.isdecimal():
                data = samples(definition.form.on_page(int(step)))
            answer = self.post({**data, "go_on": "1"})
            assert answer.status_code == 302, (step, answer.status_code, answer.text[:2000])
        raise AssertionError(f"never came to {until}")
