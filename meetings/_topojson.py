"""
Reads TopoJSON, in which neighbours share their borders.

Source: Mike Bostock and Calvin Metcalf, "The TopoJSON Format Specification", sections 2 and 4.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from meetings.outlines import Points


@dataclass(frozen=True, slots=True)
class Topology:
    arcs: Sequence[Points]
    objects: Mapping[str, Sequence[Mapping[str, Any]]]  # the geometries by name of their object

    def rings(self, name: str) -> Iterator[Points]:
        """Yield the rings of the polygons of an object, the inner ones too, each closed."""
        for geometry in self.objects[name]:
            for ring in _rings(geometry):
                yield np.concatenate([self._arc(number) for number in ring])

    def borders(self, name: str) -> dict[int, Points]:
        """Return the arcs that two geometries of an object share, by their number."""
        uses: Counter[int] = Counter()
        for geometry in self.objects[name]:
            uses.update({_plain(number) for ring in _rings(geometry) for number in ring})
        return {number: self.arcs[number] for number, count in uses.items() if count > 1}

    def _arc(self, number: int) -> Points:
        arc = self.arcs[_plain(number)]
        return arc if number >= 0 else arc[::-1]


def read_topology(path: Path, *, simplify: Callable[[Points], Points]) -> Topology:
    """Return what *path* holds, its arcs made simpler, which keeps neighbours together."""
    document = json.loads(path.read_text(encoding="utf-8"))
    scale, translate = document["transform"]["scale"], document["transform"]["translate"]
    return Topology(
        arcs=[
            simplify(np.cumsum(np.array(arc, dtype=np.float64), axis=0) * scale + translate)
            for arc in document["arcs"]
        ],
        objects={
            name: [g for g in found["geometries"] if g.get("arcs")]
            for name, found in document["objects"].items()
        },
    )


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[int]]:
    if geometry["type"] == "Polygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon


def _plain(number: int) -> int:
    """Return the arc's own number; a reversed one is its complement."""
    return number if number >= 0 else ~number
