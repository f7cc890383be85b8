"""A server on this machine that answers as Nominatim's /search does."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from meetings.model import Point


@dataclass
class Nominatim:
    """Its address, what it knows, what it was asked and by whom, and the status it answers with."""

    known: Mapping[str, Point]
    url: str = ""
    questions: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    status: int = 200


@contextmanager
def nominatim(known: Mapping[str, Point]) -> Iterator[Nominatim]:
    """Serve on a free port of the loopback address, below a path."""
    state = Nominatim(known)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            state.agents.add(self.headers["User-Agent"])
            state.questions.append(parse_qs(asked.query)["q"][0])
            body = json.dumps(_answer(state) if asked.path == "/nominatim/search" else {}).encode()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/nominatim"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def _answer(state: Nominatim) -> list[dict[str, str]]:
    point = state.known.get(state.questions[-1])
    if point is None:
        return []
    return [{"lat": str(point.latitude), "lon": str(point.longitude), "display_name": "A house"}]
