"""SCALE.md says what the computation says."""

from pathlib import Path

from tests.bench.scale import Measured, table

SCALE = (Path(__file__).parents[1] / "web" / "deploy" / "SCALE.md").read_text(encoding="utf-8")


def test_every_row_of_the_table_stands_in_the_page() -> None:
    assert "\n".join(table(Measured())) in SCALE
