"""What one import run did: the JSON of `openchair import --json`, and its row in the database."""

import datetime as dt
from dataclasses import asdict, dataclass, field

from meetings.storage.sources import ImportRun, Outcome, Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The counts of one run; `missing` is all that wait in their grace period."""

    source: str
    outcome: Outcome
    reason: str = ""  # why it was held or failed
    read: int = 0  # records in the list
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    removed: int = 0
    rejected: int = 0
    rejections: tuple[Rejection, ...] = ()
    warnings: tuple[str, ...] = field(default=())  # odd, and no reason to hold

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_run(self, *, at: dt.datetime, lease_token: int) -> ImportRun:
        """Return the row to keep; its id is made here, so a retry is no second run."""
        values = {name: value for name, value in asdict(self).items() if name != "warnings"}
        return ImportRun(
            **values | {"rejections": self.rejections},
            id=f"{self.source}:{at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}:{lease_token}",
            lease_token=lease_token,
            started_at=at,
            ended_at=at,
        )
