"""schemathesis asks what the document allows and what it does not; every answer is described."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.serving import serving
from tests.test_web_api import MEETINGS

pytestmark = pytest.mark.long

EXAMPLES = 25  # of each route and kind; with 16 routes under two minutes
SEED = 20_261_118
ENDING = [("DELETE", "/api/plans"), ("POST", "/api/plans/rotate")]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_one_that_the_document_tells(tmp_path: Path, mode: GenerationMode) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        client = runner.run(stack.enter_async_context(serving(tmp_path, MEETINGS)))
        document = runner.run(client.get("/api/openapi.json")).json()
        schema = schemathesis.openapi.from_dict(document)
        opened: Mapping[str, str] = runner.run(_plan(client))
        asked = 0
        try:
            for found in schema.get_all_operations():
                assert isinstance(found, Ok), found
                operation = found.ok()
                needs_body = any(each.is_required for each in operation.body)
                if mode is GenerationMode.NEGATIVE and not (
                    needs_body or list(operation.iter_parameters())
                ):
                    continue  # nothing of it can be wrong

                @seed(SEED)
                @settings(
                    max_examples=EXAMPLES,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
                @given(operation.as_strategy(generation_mode=mode), st.booleans())
                def ask(case: Any, with_secret: bool) -> None:
                    headers = opened if with_secret and case.path.startswith("/api/plans") else {}
                    if (case.method, case.path) in ENDING:
                        headers = {}  # the plan is to stay
                    sent = case.as_transport_kwargs(base_url="http://testserver", headers=headers)
                    answer = runner.run(_asked(client, sent))
                    case.validate_response(answer, checks=CHECKS)

                ask()
                asked += 1
        finally:
            runner.run(stack.aclose())
    assert asked >= 12


async def _plan(client: httpx2.AsyncClient) -> dict[str, str]:
    """Make a plan; return what a program sends to open and change it."""
    answer = await client.post("/api/plans", json={"chosen": [{"number": 1}]})
    tag = answer.headers["etag"]
    return {"Authorization": f"Bearer {answer.json()['secret']}", "If-Match": tag}


async def _asked(client: httpx2.AsyncClient, sent: dict[str, Any]) -> httpx2.Response:
    names = ("method", "url", "params", "json", "content")
    if "data" in sent:
        sent["content"] = sent.pop("data")
    headers = {
        name: value.encode("latin-1", "replace").decode("latin-1")
        for name, value in (sent.pop("headers", None) or {}).items()
        if value.isprintable()
    }
    given = {name: sent[name] for name in names if sent.get(name) is not None}
    return await client.request(**given | {"headers": headers})
