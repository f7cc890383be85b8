"""Failover with real servers, the short form, and the control in which something has to be lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

PATIENCE_SECONDS = 300  # on a busy machine; it takes a minute


def played(*arguments: str) -> dict[str, Any]:
    """Return what the play saw, which then ended in order."""
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.failover", *arguments],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.stdout, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    assert ended.returncode == bool(found["wrong"]), ended.stderr
    return found


def test_nothing_acknowledged_is_lost_when_workers_nodes_and_the_primary_are() -> None:
    seen = played("--short")

    assert seen["wrong"] == [], seen
    assert min(seen["acknowledged"][each] for each in ("make", "edit", "rotate", "revoke")) >= 10
    assert min(seen["searches"][f"{name} answered"] for name in ("web1", "web2")) >= 100
    assert not [each for each in seen["searches"] if "failed" in each]
    assert seen["published"] >= 9
    assert seen["refused"] >= 1


def test_with_asynchronous_standbys_the_check_finds_what_is_lost() -> None:
    seen = played("--asynchronous")

    assert "an acknowledged plan answers 404" in seen["wrong"], seen
