"""Whatever a client asks of the BMLT face, it gets an answer and never an error of ours."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving import serving
from tests.test_web_bmlt import MEETINGS

SWITCHERS = st.sampled_from(
    [
        *["GetSearchResults"] * 8,
        "GetFormats",
        "GetServiceBodies",
        "GetChanges",
        "GetFieldKeys",
        "GetFieldValues",
        "GetServerInfo",
        "GetCoverageArea",
        "GetNAWSDump",
        "Nothing",
    ]
)
NAMES = st.sampled_from(
    [
        *("meeting_ids", "meeting_ids[]", "weekdays", "weekdays[]", "venue_types", "services"),
        *("services[]", "recursive", "parents", "formats", "formats_comparison_operator"),
        *("meeting_key", "meeting_key_value", "meeting_key_value[]", "StartsAfterH"),
        *("StartsAfterM", "StartsBeforeH", "EndsBeforeH", "EndsBeforeM", "MinDurationH"),
        *("MaxDurationM", "lat_val", "long_val", "geo_width", "geo_width_km", "SearchString"),
        *("StringSearchIsAnAddress", "SearchStringRadius", "sort_keys", "sort_key", "page_size"),
        *("page_num", "data_field_key", "get_used_formats", "get_formats_only", "lang_enum"),
        *("root_server_ids", "root_server_ids[]", "callback", "key_strings[]", "format_ids"),
        *("show_all", "start_date", "end_date", "meeting_id", "service_body_id", "sb_id"),
        *("sort_results_by_distance", "specific_formats", "all_formats", "[]", "x[", ""),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *("", "0", "1", "-1", "1,2", "-1,,x", "NaN", "inf", "-inf", "1e308", "-1e308", "36.07"),
            *("-79.79", "90", "-90", "180", "-180", "360", "99999999999999999999", "0x1", "²", "٣"),
            *("id_bigint", "start_time", "formats", "latitude", "distance_in_km", "weekday"),
            *("19:30", "2026-11-18", "9999-12-31", "0001-01-01", "Brooklyn, NY", "and OR or"),
        ]
    ),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.text(max_size=20),
)
QUESTIONS = st.tuples(
    st.sampled_from(["json", "jsonp", "tsml", "csv"]),
    SWITCHERS,
    st.lists(st.tuples(NAMES, VALUES), max_size=7),
)
AT = [("lat_val", "36.07"), ("long_val", "-79.79")]


def test_no_question_is_answered_with_an_error_of_ours(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        client = runner.run(stack.enter_async_context(serving(tmp_path, MEETINGS)))

        @settings(
            max_examples=300,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(QUESTIONS, st.booleans(), st.sampled_from(["", "/all"]))
        def ask(
            question: tuple[str, str, list[tuple[str, str]]], is_near: bool, scope: str
        ) -> None:
            kind, switcher, pairs = question
            query = urlencode(
                [("switcher", switcher), *(AT if is_near else []), *pairs],
                errors="surrogatepass",
            )
            answer = runner.run(client.get(f"{scope}/main_server/client_interface/{kind}/?{query}"))
            assert answer.status_code in (200, 400, 422), (query, answer.text)

        try:
            ask()
        finally:
            runner.run(stack.aclose())
