"""A plan's or share's feed as it was answered last."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFeed:
    """Good as long as the catalogue and the day are the same and the link was looked at lately."""

    version: int
    on: dt.date
    looked_at: dt.datetime
    etag: str  # bare
    body: bytes
