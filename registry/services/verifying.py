"""Reading a book again from its first entry: whatever was changed, taken out or moved shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.constants import Problem
from registry.models import Annotation, Book, DayClosure, Entry

from .chain import hash_of, hash_of_annotation

M = TypeVar("M", Entry, Annotation)


@dataclass(frozen=True)
class Flaw:
    """One thing that is not as it was written: which number of the book, and what is wrong with it."""

    number: int
    problem: Problem
    annotation: bool = False  # `number` is then that of the annotation

    def __str__(self) -> str:
        what = _("Annotation %(number)s") if self.annotation else _("Entry %(number)s")
        return f"{what % {'number': self.number}}: {self.problem.label}"


@dataclass(frozen=True)
class _Link:
    """What the chain needs to know of a row; `intact` when its hash is that of what stands in it."""

    number: int
    previous: str
    hash: str
    intact: bool


def verify_book(book: Book) -> list[Flaw]:
    """The flaws of a book, in the order of its numbers; none when it is as it was written.

    Reads every entry and annotation once, and compares the ends with the book's own and with each day's closure, which
    is published. Someone who rewrites a whole book has to rewrite what others have kept as well.
    """
    closed = DayClosure.objects.filter(book=book).values_list("last_number", "last_hash")
    kept = dict(closed.order_by("day"))
    book = Book.objects.get(pk=book.pk)
    entries, now = _with_book(Entry.objects.filter(book=book), book)
    kept[now.last_number] = now.last_hash
    found = [Flaw(number, problem) for number, problem in _flaws((_entry(one, book.kind) for one in entries), kept)]
    annotations, now = _with_book(Annotation.objects.filter(book=book), book)
    kept = {now.last_annotation: now.last_annotation_hash}
    return found + [
        Flaw(number, problem, annotation=True)
        for number, problem in _flaws((_annotation(one) for one in annotations), kept)
    ]


def _with_book(rows: QuerySet[M], book: Book) -> tuple[Iterator[M], Book]:
    """The rows by number, and the book as the same statement saw it: registering goes on meanwhile."""
    stream = rows.select_related("book").order_by("number").iterator()
    first = next(stream, None)
    return (iter(()), book) if first is None else (chain([first], stream), first.book)


def _entry(entry: Entry, kind: str) -> _Link:
    return _Link(entry.number, entry.previous_hash, entry.hash, entry.hash == hash_of(entry, kind))


def _annotation(one: Annotation) -> _Link:
    return _Link(one.number, one.previous_hash, one.hash, one.hash == hash_of_annotation(one))


def _flaws(links: Iterable[_Link], kept: dict[int, str]) -> Iterator[tuple[int, Problem]]:
    """`kept` are the hashes that are known from elsewhere, by number: the highest one is the end of the chain."""
    end = max(kept)
    before: _Link | None = None
    flawed = 0  # the last number that was named
    expected = 1
    for link in links:
        for number in range(expected, link.number):
            yield number, Problem.MISSING
        gap = link.number != expected
        expected = link.number + 1
        previous = before.hash if before else ""
        linked = gap or link.previous == previous
        problem = None
        if link.number > end:
            problem = Problem.ADDED
        elif not link.intact:
            problem = Problem.CHANGED if linked else Problem.REORDERED
        elif not linked and before and flawed != before.number:
            # whoever changed the entry before gave it a fitting hash, but this one remembers the old one
            yield before.number, Problem.CHANGED
        elif kept.get(link.number, link.hash) != link.hash:
            problem = Problem.CHANGED
        if problem:
            yield link.number, problem
            flawed = link.number
        before = link
    for number in range(expected, end + 1):
        yield number, Problem.MISSING
