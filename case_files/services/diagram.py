"""A workflow as a drawing: one line from top to bottom, a side track for an optional step, a track for each that is
open at the same time. It fits a telephone; the template turns it into an SVG without scripts or styles."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

MAIN, TRACK = 18, 20  # x of the main line, and between tracks
WIDTH = 340
ROW, LINE, BEND = 46, 17, 16  # heights, and how far a curve reaches
LETTER, SMALL = 8.2, 6.8  # mean width of a letter, in the same units: of names, and of what stands below them


@dataclass(frozen=True)
class Stop:
    """A step to be drawn: its names in the reader's language; `state` is done, current, skipped or next."""

    code: str
    name: str
    state: str = "next"
    words: str = ""
    optional: bool = False
    group: str = ""


@dataclass(frozen=True)
class Place:
    """Where a step stands in the drawing."""

    stop: Stop
    x: int
    y: int
    lines: list[tuple[int, str]]  # y and words
    said: list[tuple[int, str]]  # the same of what stands smaller below them


@dataclass
class Drawing:
    places: list[Place] = field(default_factory=list)
    tracks: list[tuple[str, str]] = field(default_factory=list)  # kind (main, side, parallel) and the path's data
    text_x: int = 0
    width: int = WIDTH
    height: int = 0


def draw(stops: Sequence[Stop]) -> Drawing:
    """Lay the steps out, in their order."""
    blocks = list(_blocks(stops))
    widest = max((len(block) for block in blocks), default=1)
    tracks = max(widest, 2 if any(stop.optional for stop in stops) else 1)
    drawing = Drawing(text_x=MAIN + TRACK * (tracks - 1) + 20)
    y = ROW // 2
    for block in blocks:
        first = y
        for at, stop in enumerate(block):
            place = _place(stop, drawing.text_x, _track(block, at), y)
            drawing.places.append(place)
            y += ROW + LINE * (len(place.lines) - 1 + max(0, len(place.said) - 1))
        drawing.tracks += _side_tracks(drawing.places[-len(block) :], first - ROW // 2, y - ROW // 2)
    drawing.height = y - ROW // 2
    if drawing.places:
        ends = f"M{MAIN} {drawing.places[0].y}V{drawing.places[-1].y}"
        drawing.tracks.insert(0, ("main", ends))
    return drawing


def _blocks(stops: Sequence[Stop]) -> Iterator[list[Stop]]:
    """Steps one by one, those of a group together."""
    for group, members in groupby(stops, key=lambda stop: stop.group):
        if group:
            yield list(members)
        else:
            yield from ([stop] for stop in members)


def _track(block: Sequence[Stop], at: int) -> int:
    return at if len(block) > 1 else int(block[0].optional)


def _place(stop: Stop, text_x: int, track: int, y: int) -> Place:
    room = WIDTH - text_x
    names = textwrap.wrap(stop.name, max(10, int(room / LETTER))) or [stop.code]
    words = textwrap.wrap(stop.words, max(10, int(room / SMALL)))
    lines = [(y + LINE * at, words) for at, words in enumerate(names)]
    said = [(y + LINE * at, text) for at, text in enumerate(words, start=len(names))]
    return Place(stop, MAIN + TRACK * track, y, lines, said)


def _side_tracks(places: Sequence[Place], top: int, bottom: int) -> Iterator[tuple[str, str]]:
    """The curve of each step that does not stand on the main line: out of it above, back to it below."""
    for place in places:
        if place.x == MAIN:
            continue
        out = f"M{MAIN} {top}C{MAIN} {top + BEND} {place.x} {top} {place.x} {top + BEND}"
        back = f"V{bottom - BEND}C{place.x} {bottom} {MAIN} {bottom - BEND} {MAIN} {bottom}"
        yield ("side" if len(places) == 1 else "parallel", out + back)
