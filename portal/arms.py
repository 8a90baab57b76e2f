"""A town's uploaded coat of arms: an SVG that draws and does nothing else."""

from typing import Final
from xml.etree import ElementTree

MAX_BYTES: Final = 200_000
SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES = "path rect circle ellipse line polyline polygon text tspan"
_FRAMES = "svg g defs use symbol clipPath mask linearGradient radialGradient stop pattern title desc"
DRAWING: Final = frozenset((*_SHAPES.split(" "), *_FRAMES.split(" ")))


class NotADrawing(ValueError):
    """`args[0]` is what was found, for the message."""


def check_drawing(text: str) -> None:
    """Raise NotADrawing for anything but plain SVG: no scripts, events, links outside, entities or foreign elements."""
    if len(text.encode()) > MAX_BYTES:
        raise NotADrawing("size")
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise NotADrawing("DOCTYPE")
    try:
        root = ElementTree.fromstring(text)  # no entity is left by now
    except ElementTree.ParseError as error:
        raise NotADrawing(str(error)) from error
    if root.tag != f"{SVG}svg":
        raise NotADrawing(root.tag)
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.removeprefix(SVG) not in DRAWING:
            raise NotADrawing(str(element.tag))
        for name, value in element.attrib.items():
            bare = name.rpartition("}")[2].lower()
            if bare.startswith("on") or (bare in ("href", "src") and not value.startswith("#")):
                raise NotADrawing(bare)
