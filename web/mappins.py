"""Pins on the picture: meetings whose pins would cover each other share one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from meetings.model import Point
from web.maplabels import Box, width_of
from web.mapsketch import Pin, Size

HIGH = 22
LETTERS = 12
GAP = 2  # pixels between two pins, at least
RUNS_SHOWN = 2  # of numbers in one pin

OnPicture = Callable[[Point], tuple[float, float]]  # x and y in pixels


@dataclass(frozen=True, slots=True)
class Placed:
    """One or several meetings' pin; *is_exact* when the places of all are."""

    text: str
    box: Box
    is_exact: bool


def placed_pins(pins: Iterable[Pin], on_picture: OnPicture, size: Size) -> list[Placed]:
    """Return *pins* in groups of those that would cover each other."""
    groups = [[pin] for pin in pins]
    boxes = [_box(group, on_picture, size) for group in groups]
    while pair := _covered(boxes):
        first, second = pair
        groups[first] = sorted(groups[first] + groups.pop(second), key=lambda pin: pin.number)
        boxes.pop(second)
        boxes[first] = _box(groups[first], on_picture, size)
    return [
        Placed(in_short([pin.number for pin in group]), box, all(pin.is_exact for pin in group))
        for group, box in zip(groups, boxes, strict=True)
    ]


def in_short(numbers: Sequence[int]) -> str:
    """Return "3", "1–3, 7" or, of many, "1–3, 7 +4"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = ", ".join(_run(run) for run in runs[:RUNS_SHOWN])
    rest = sum(map(len, runs[RUNS_SHOWN:]))
    return f"{shown} +{rest}" if rest else shown


def _covered(boxes: Sequence[Box]) -> tuple[int, int] | None:
    """Return the first two that are too near to each other."""
    for first, box in enumerate(boxes):
        for second in range(first + 1, len(boxes)):
            other = boxes[second]
            is_beside = box.left - GAP < other.right and other.left < box.right + GAP
            if is_beside and box.top - GAP < other.bottom and other.top < box.bottom + GAP:
                return first, second
    return None


def _box(group: Sequence[Pin], on_picture: OnPicture, size: Size) -> Box:
    """Return where the pin of a *group* lies: in its middle, and inside the picture."""
    points = [on_picture(pin.point) for pin in group]
    half = max(HIGH, width_of(in_short([pin.number for pin in group]), LETTERS) + 10) / 2
    x = min(max(sum(x for x, _ in points) / len(points), half), size.width - half)
    y = min(max(sum(y for _, y in points) / len(points), HIGH / 2), size.height - HIGH / 2)
    return Box(x - half, y - HIGH / 2, x + half, y + HIGH / 2)


def _run(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return str(numbers[0])
    joiner = ", " if len(numbers) == 2 else "–"
    return f"{numbers[0]}{joiner}{numbers[-1]}"
