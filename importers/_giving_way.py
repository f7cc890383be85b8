"""Letting searches of this process go first while a list is worked on in another thread."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SWITCH_SECONDS = 0.0005


@contextmanager
def giving_way() -> Iterator[None]:
    """
    Hand the interpreter over sooner, and collect no garbage meanwhile.

    Its usual 5 ms are too long, since one search takes it back ten times. And the collection of
    garbage is put off until the lists of this run are gone: they make no cycles, but so many
    objects that the collector would walk through all that the process holds, catalogue included,
    again and again, 150 ms each.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        sys.setswitchinterval(usual)
