"""What the home source publishes under its own numbers, from importers that know such."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from importers._source import Importer, Payloads, Source
from meetings.storage.published import RecordId, Records


@runtime_checkable
class Publishing(Protocol):
    """An importer of a format whose clients know the publisher's numbers."""

    def published(self, payloads: Payloads, source: Source) -> Mapping[tuple[str, str], str]:
        """Return JSON by kind and key, without what is not for everybody."""


def own_records(importer: Importer, payloads: Payloads, source: Source) -> Records:
    """Return the records of the home source; of any other, none."""
    if not source.home or not isinstance(importer, Publishing):
        return {}
    return {RecordId(*id_): record for id_, record in importer.published(payloads, source).items()}
