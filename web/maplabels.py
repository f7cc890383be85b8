"""Which words on a map have room, so that none covers another, a pin or the edge."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LARGE, SMALL = 14, 12  # pixels; the first few names are large
LARGE_MOST = 5
GAP = 5  # between a town's dot and its name
_LETTER = 0.56  # of the size, about, since nothing here can measure a letter; wide ones are 1


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Label:
    """A name with its place on the picture; *box* is where the letters go, *x* and *y* the dot."""

    text: str
    x: float
    y: float
    size: int
    box: Box


def with_room(
    names: Iterable[tuple[str, float, float]], *, taken: Sequence[Box], picture: Box, most: int
) -> list[Label]:
    """Return the first of *names* (text, x, y) that can be written, at most *most*."""
    boxes, labels = list(taken), list[Label]()
    for text, x, y in names:
        if len(labels) == most:
            break
        size = LARGE if len(labels) < LARGE_MOST else SMALL
        for box in _beside(x, y, width_of(text, size), size):
            if picture.holds(box) and not is_taken(box, boxes):
                labels.append(Label(text, x, y, size, box))
                boxes += (box, Box(x - 2, y - 2, x + 2, y + 2))
                break
    return labels


def is_taken(box: Box, boxes: Sequence[Box]) -> bool:
    """Return whether one of *boxes* would be covered."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    return any(
        left < it.right and it.left < right and top < it.bottom and it.top < bottom for it in boxes
    )


def width_of(text: str, size: float) -> float:
    """Return about how wide *text* is in pixels."""
    letters = (letter for letter in text if not unicodedata.combining(letter))
    return size * sum(
        1.0 if unicodedata.east_asian_width(it) in "WF" else _LETTER for it in letters
    )


def _beside(x: float, y: float, width: float, size: float) -> tuple[Box, ...]:
    """Return where a name may stand by its dot: right, left, above, below."""
    above, below = y - size * 0.65, y + size * 0.65
    return (
        Box(x + GAP, above, x + GAP + width, below),
        Box(x - GAP - width, above, x - GAP, below),
        Box(x - width / 2, y - GAP - size * 1.3, x + width / 2, y - GAP),
        Box(x - width / 2, y + GAP, x + width / 2, y + GAP + size * 1.3),
    )
