"""Every number by which an import judges a list, in one place (reliability.md 2 to 4)."""

import datetime as dt

# One answer and one source (reliability.md 3.3).
LARGEST_PAYLOAD_BYTES = 64 * 1024 * 1024
LARGEST_WIRE_BYTES = 10 * 1024 * 1024  # of one answer, still packed
MOST_UNPACKED_RATIO = 200
UNPACKED_RATIO_FROM_BYTES = 5_000  # on the wire; a short answer may unpack to 1 MB
REQUEST_DEADLINE_SECONDS = 60.0
READ_TIMEOUT_SECONDS = 20.0
MOST_REDIRECTS = 3
PAUSE_SECONDS = 1.0  # between two requests to one publisher (bmlt.md 2.17)
LONGEST_PAUSE_SECONDS = 60.0  # that a publisher's robots.txt may ask of us
LONGEST_VALIDATOR = 1_000  # characters of an ETag or Last-Modified; longer ones are dropped
LARGEST_CACHE_BYTES = 256 * 1024 * 1024  # kept answers of all publishers together, packed

# A publisher that is busy (reliability.md 2.1, bmlt.md 2.17).
MOST_TRIES = 3
BACK_OFF_SECONDS = 1.0  # before the second try, twice as long before the third
LONGEST_WAIT = dt.timedelta(seconds=20)  # that Retry-After may ask for within one run
LONGEST_RETRY_AFTER = dt.timedelta(hours=24)

# Foreign text (reliability.md 4.2). Longer text is cut, longer keys and links are refused.
LONGEST_HELPLINE = 100
LONGEST_NAME = 200
LONGEST_NOTES = 4_000
LONGEST_ADDRESS = 500
LONGEST_LINK = 2_048
LONGEST_KEY = 64

# When a complete list is held (reliability.md 2.2).
MOST_RECORDS = 50_000
GROWTH_FACTOR = 3
MISSING_SHARE = 0.20
MISSING_FLOOR = 3  # so many may go missing from a list of any size
MISSING_SHARE_FOR_A_PERSON = 0.50  # above it a list is never accepted by itself
SAME_LIST_TIMES = 3
SAME_LIST_SPAN = dt.timedelta(hours=24)
REJECTED_SHARE = 0.10
REJECTED_FROM = 10  # records; below that one bad record is no changed format
CHANGED_SHARE = 0.30
CHANGED_FLOOR = 3  # as with missing ones: two of a list of five may move at once
NULL_ISLAND_SHARE = 0.20
ONE_POINT_FROM = 10  # records with coordinates; a small clubhouse list has one point rightly

# When a windowed list is held (smart.md 5).
WINDOWED_KEPT_SHARE = 0.60
WINDOWED_LOST_FLOOR = 10

# When an absent meeting becomes a tombstone (reliability.md 2.4; windowed lists: smart.md 5).
RETIRE_LISTS = 3
RETIRE_AFTER = dt.timedelta(days=7)
WINDOWED_RETIRE_AFTER = dt.timedelta(days=14)
WINDOWED_RETIRE_AFTER_SELDOM = dt.timedelta(days=42)  # meetings that are not weekly

# An operator's geocoder (location.md 6.1).
GEOCODER_PAUSE_SECONDS = 1.0
GEOCODER_TIMEOUT_SECONDS = 10.0  # geopy's own is 1
GEOCODER_QUESTIONS_A_RUN = 100

POSTCODE_AGREES_WITHIN_KM = 25.0  # of a meeting's own coordinates (location.md 4.2)

STALE_FILE_AFTER = dt.timedelta(days=7)  # a bundle older than this gets a warning (smart.md 10)
EXAMPLES_IN_A_REASON = 3
