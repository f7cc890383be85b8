"""Cells that a spreadsheet shows and never computes."""

import pytest

from web.spreadsheets import safe_cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1 212 555 0100", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "＝1", "-x"],
)
def test_what_would_be_computed_is_shown(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Evening Hope", "19:30", "40.65", "-73.95", "a=b", "12-34"])
def test_what_would_be_shown_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
