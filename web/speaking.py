"""Keeps `?lang=` out of what routes read, and on the address that an answer redirects to."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.languages import address_with_language, catalogues


class LinkedLanguage:
    """Takes the language that a link names into the scope, where `languages.spoken` finds it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or b"lang=" not in scope["query_string"]:
            await self.app(scope, receive, send)
            return
        query, code = _without_language(scope["query_string"])

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and code:
                headers = MutableHeaders(scope=message)
                if headers.get("Location", "").startswith("/"):
                    headers["Location"] = address_with_language(headers["Location"], code)
            await send(message)

        await self.app({**scope, "query_string": query, "lang": code}, receive, send_on)


def _without_language(query: bytes) -> tuple[bytes, str]:
    """Return the query without its `lang`, and the language if it is one of ours."""
    parts = query.split(b"&")
    named = [part[5:].decode("latin-1") for part in parts if part.startswith(b"lang=")]
    rest = b"&".join(part for part in parts if not part.startswith(b"lang="))
    code = next((name for name in named if name in catalogues()), "")
    return rest, code
