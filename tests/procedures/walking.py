"""Walks a browser through a procedure, and leaves it wherever a test wants."""

import re
from typing import Any

from django.test import Client

from core.municipalities.scope import acting_for
from procedures.catalogue import find_definition
from procedures.constants import FieldType
from procedures.models import Draft
from tests.cast import Cast
from tests.procedures.answers import REPRESENTED, YOU, samples

SHOWN = re.compile(r'name="shown" value="(\w*)"')
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Walk:
    """`Walk(client, "REG-001").begin().answer().send()`; `.response` is the last page."""

    def __init__(self, client: Client, code: str, *, town: str = "mundaka", language: str = "eu") -> None:
        self.client, self.code, self.base = client, code, f"/{town}/{language}"
        definition = find_definition(code)
        assert definition
        self.definition = definition
        self.response: Any = None
        self.slug = ""

    def begin(self, **data: str) -> "Walk":
        self.response = self.client.post(f"{self.base}/procedures/{self.code}/start/", data)
        assert self.response.status_code == 302, self.response.content.decode()[:2000]
        self.slug = self.response["Location"].split("/drafts/")[1].split("/")[0]
        return self

    @property
    def at(self) -> str:
        """The step that the last answer led to."""
        return str(self.response["Location"]).split("?")[0].rstrip("/").rsplit("/", 1)[1]

    def url(self, step: str) -> str:
        return f"{self.base}/drafts/{self.slug}/{step}/"

    def post(self, step: str, data: dict[str, Any], **more: Any) -> Any:
        self.response = self.client.post(self.url(step), {"go_on": "1", **data}, **more)
        return self.response

    def answer(self, **changes: Any) -> "Walk":
        """Answer everything rightly up to the check page; `changes` replace single inputs."""
        for _step in range(10):
            step = self.at
            if step == "check":
                return self
            if step == "you":
                data: dict[str, Any] = dict(YOU)
            elif step == "represented":
                data = dict(REPRESENTED["other" if changes.get("you_as") == "other" else "company"])
            elif step == "postal":
                data = {f"you_address_{at}": text for at, text in enumerate(("Kale", "1", "", "48360", "Mundaka"))}
            elif step == "documents":
                data = self.files()
            else:
                data = samples(self.definition.form.on_page(int(step)))
            data |= {name: value for name, value in changes.items() if name in data or (name in YOU and step == "you")}
            self.post(step, data)
            assert self.response.status_code == 302, (step, errors(self.response))
        raise AssertionError("the steps have no end")

    def files(self) -> dict[str, Any]:
        from django.core.files.uploadedfile import SimpleUploadedFile

        slots = [
            one.code
            for one in self.definition.form.documents
            if one.required and (one.source == "applicant" or one.needs_consent)
        ]
        slots += [
            f"field-{one.name}" for one in self.definition.form.fields if one.type == FieldType.FILE and one.required
        ]
        return {f"file_{code}": SimpleUploadedFile(f"{code}.pdf", PDF + code.encode()) for code in slots}

    def seen(self) -> dict[str, str]:
        """What the form of the check page sends, as it stands now: the fingerprint of what it shows."""
        found = SHOWN.search(self.client.get(self.url("check")).content.decode())
        return {"shown": found[1]} if found else {}

    def send(self, seen: dict[str, str] | None = None) -> "Walk":
        """Press Send on the check page, or on the one that was `seen` before."""
        self.response = self.client.post(self.url("check"), self.seen() if seen is None else seen)
        return self

    def draft(self, cast: Cast) -> Draft:
        with acting_for(cast.mundaka.pk):
            draft: Draft = Draft.objects.get(slug=self.slug)
            return draft


def errors(response: Any) -> dict[str, list[str]]:
    """Input → its messages, of the page's form."""
    form = response.context["form"]
    return {name: [str(error) for error in found] for name, found in form.errors.items()}
