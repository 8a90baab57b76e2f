"""WeasyPrint, set up once a process: importing this costs 60 MB, so only those who render do it."""

from dataclasses import dataclass
from datetime import datetime

from core.documents.models import Document


@dataclass(frozen=True)
class Made:
    pdf: bytes
    pages: int
    sealed_at: datetime | None
    signer: str


def make(document: Document) -> Made:
    raise NotImplementedError
