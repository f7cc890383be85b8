"""
All rows, or the online ones, by what is on now or comes next: what a search without a place reads.

They are many, and few filters are asked for. So the rows that a filter lets through are kept as
bits in this order: to join filters is to join words, and to count is to count their bits.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from meetings._traits import Mask

Rows = NDArray[np.int64]
Keys = NDArray[np.int64]
Octets = NDArray[np.uint8]
Bits = NDArray[np.uint64]

_KEPT_MOST = 128  # filters, 37 kB each for 300,000 rows
_FIRST_STRETCH, _WIDER = 128, 8  # octets of bits, until a page is full


class InOrder:
    """Some rows in order at one moment; *keys* are those of the order, see `Agenda`."""

    def __init__(self, rows: Rows, keys: Keys) -> None:
        self.rows = rows
        self.keys = keys
        self._kept: dict[object, Bits] = {}

    def bits(self, filter_: object, mask: Callable[[], Mask]) -> Bits:
        """Return which rows *filter_* lets through; *mask* says so when it is asked first."""
        found = self._kept.get(filter_)
        if found is None:
            if len(self._kept) >= _KEPT_MOST:
                self._kept.clear()
            found = self._kept[filter_] = _packed(mask())
        return found

    def everything(self) -> Bits:
        return self.bits("everything", lambda: np.ones(len(self.rows), dtype=np.bool_))

    def before(self, key: int) -> Bits:
        """Return the bits of the rows whose keys are less."""
        mask = np.zeros(len(self.rows), dtype=np.bool_)
        mask[: np.searchsorted(self.keys, key)] = True
        return _packed(mask)

    def chosen(self, bits: Bits) -> Rows:
        """Return all rows of *bits*, in order."""
        return self.rows[np.unpackbits(_octets(bits), count=len(self.rows)).view(np.bool_)]

    def first(self, bits: Bits, *, start: int, most: int) -> Rows:
        """Return the first *most* rows of *bits* from the place *start* on."""
        octets, first = _octets(bits), start >> 3
        length = _FIRST_STRETCH
        while True:
            stretch = np.unpackbits(octets[first : first + length])
            stretch[: start & 7] = 0
            places = stretch.nonzero()[0]
            if len(places) >= most or first + length >= len(octets):
                return self.rows[places[:most] + (first << 3)]
            length *= _WIDER


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def _packed(mask: Mask) -> Bits:
    octets = np.packbits(mask)
    bits = np.zeros(-(-len(octets) // 8), dtype=np.uint64)
    bits.view(np.uint8)[: len(octets)] = octets
    return bits


def _octets(bits: Bits) -> Octets:
    return bits.view(np.uint8)
