"""
Large JSON, decoded piece by piece, so that other threads get their turn in between.

The decoder of the standard library is one call in C that holds the interpreter until it is done:
30 MB of zeros stopped the event loop for 0.6 s, from a thread as well (reliability.md 4.1).
"""

import json
import re

from meetings.errors import UnknownFormat

PIECE_CHARACTERS = 1024 * 1024
MOST_PIECES_OF_A_RECORD = 16
MOST_VALUES_IN_A_RECORD = 200_000  # decoded in some 10 ms
MOST_RECORDS_DECODED = 500_000  # ten times what is held; decoded in less than a second

_BLANK = re.compile(r"[ \t\n\r]*")
_BLANK_AT_ONCE = 100_000
# What the decoder may take for whole, or for wrong, at the end of a piece: "1" of "1e+5", and
# half of "\ud83d\ude00".
_CUT_WITHIN = 16


def loads_in_pieces(
    text: str, decoder: json.JSONDecoder, *, piece_characters: int = PIECE_CHARACTERS
) -> object:
    """
    Return what `decoder.decode` would of *text*, a list or an object with lists.

    Raises:
        JSONDecodeError: as the decoder does.
        UnknownFormat: if one record is far larger than any.
    """
    return _Document(text, decoder, piece_characters).value()


class _Document:
    """A text, how far it is read, and the piece of it that is being decoded."""

    def __init__(self, text: str, decoder: json.JSONDecoder, piece_characters: int) -> None:
        self._text = text
        self._decoder = decoder
        self._piece_characters = piece_characters
        self._at = 0
        self._piece = ""
        self._piece_at = 0

    def value(self) -> object:
        self._skip_blank()
        value = self._object() if self._next_is("{") else self._list_or_record()
        self._skip_blank()
        if self._at != len(self._text):
            raise self._error("Extra data")
        return value

    def _object(self) -> object:
        pairs: list[tuple[str, object]] = []
        self._at += 1
        self._skip_blank()
        if self._take("}"):
            return self._made(pairs)
        while True:
            if not self._next_is('"'):
                raise self._error("Expecting property name enclosed in double quotes")
            name = str(self._record())
            self._skip_blank()
            if not self._take(":"):
                raise self._error("Expecting ':' delimiter")
            self._skip_blank()
            pairs.append((name, self._list_or_record()))
            if not self._goes_on("}"):
                return self._made(pairs)

    def _made(self, pairs: list[tuple[str, object]]) -> object:
        hook = self._decoder.object_pairs_hook
        return dict(pairs) if hook is None else hook(pairs)

    def _list_or_record(self) -> object:
        if not self._next_is("["):
            return self._record()
        self._at += 1
        self._skip_blank()
        if self._take("]"):
            return []
        values = [self._record()]
        while self._goes_on("]"):
            values.append(self._record())
            if len(values) > MOST_RECORDS_DECODED:
                raise UnknownFormat("not usable JSON: a list is far too long")
        return values

    def _goes_on(self, end: str) -> bool:
        """Take the comma, or the end of the list or object."""
        self._skip_blank()
        if self._take(end):
            return False
        if not self._take(","):
            raise self._error("Expecting ',' delimiter")
        self._skip_blank()
        return True

    def _record(self) -> object:
        """Decode one whole value: from the piece at hand, from a new one, from longer ones."""
        for pieces in range(MOST_PIECES_OF_A_RECORD + 1):
            if pieces:
                self._piece = self._text[self._at : self._at + pieces * self._piece_characters]
                self._piece_at = self._at
            try:
                value, end = self._decoder.raw_decode(self._piece, self._at - self._piece_at)
            except json.JSONDecodeError as problem:
                if not self._may_be_cut(problem):
                    raise self._error(problem.msg, self._piece_at + problem.pos) from None
                end = len(self._piece)
            if self._is_last_piece() or end < len(self._piece) - _CUT_WITHIN:
                self._at = self._piece_at + end
                return value
            if pieces and self._piece.count(",") > MOST_VALUES_IN_A_RECORD:
                break
        raise UnknownFormat("not usable JSON: one record is far too large")

    def _may_be_cut(self, problem: json.JSONDecodeError) -> bool:
        if self._is_last_piece():
            return False
        is_open = problem.msg.startswith("Unterminated string")
        return is_open or problem.pos >= len(self._piece) - _CUT_WITHIN

    def _is_last_piece(self) -> bool:
        return self._piece_at + len(self._piece) == len(self._text)

    def _skip_blank(self) -> None:
        while found := _BLANK.match(self._text, self._at, self._at + _BLANK_AT_ONCE):
            if found.end() == self._at:
                return
            self._at = found.end()

    def _take(self, character: str) -> bool:
        is_next = self._next_is(character)
        self._at += is_next
        return is_next

    def _next_is(self, character: str) -> bool:
        return self._text.startswith(character, self._at)

    def _error(self, message: str, at: int | None = None) -> json.JSONDecodeError:
        return json.JSONDecodeError(message, self._text, self._at if at is None else at)
