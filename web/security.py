"""Headers on every answer, error pages included (reliability.md 5.1, needs.md section 4)."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECRET_PATHS = ("/k/", "/s/", "/c/", "/plans", "/code", "/api/plans")
SECRET_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
BODY_MOST_BYTES = 131_072  # a saved plan has up to 100,000
FOREIGN_FORM = "This form was sent from another site, so nothing was changed."
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self)",
}


_PAIRS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_SECRET_PAIRS = [
    *_PAIRS,
    *((name.lower().encode(), value.encode()) for name, value in SECRET_HEADERS.items()),
]


def policy_with_pictures_of(origin: str) -> str:
    """Return the policy of the one answer that shows pictures of *origin* too: a street map."""
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")


class SecurityHeaders:
    """Sits outside the error handler, so that its answers carry the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        more = _SECRET_PAIRS if scope["path"].startswith(SECRET_PATHS) else _PAIRS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                given = {name for name, _ in headers}
                message["headers"] = headers + [pair for pair in more if pair[0] not in given]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class SameSiteForms:
    """
    Refuses forms that another site posts. There is no cookie to guard, but plans to make.

    Our pages send no referrer, so browsers send `Origin: null` from them: Sec-Fetch-Site
    decides where it is sent, and Origin where it is not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_form = scope["type"] == "http" and scope["method"] == "POST"
        if is_form and _is_foreign(Headers(scope=scope)):
            await PlainTextResponse(FOREIGN_FORM, 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class BoundedBodies:
    """Ends a request whose body is too large when the route reads it; *larger* may be, by path."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)  # no route reads the body of these
            return
        most = self.larger.get(scope["path"], BODY_MOST_BYTES)
        declared = Headers(scope=scope).get("Content-Length", "")
        received = int(declared[:20]) if declared.isdecimal() else 0

        async def receive_bounded() -> Message:
            nonlocal received
            if received > most:
                raise HTTPException(413)
            message = await receive()
            received += 0 if declared else len(message.get("body", b""))
            if received > most:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_bounded, send)


def _is_foreign(headers: Headers) -> bool:
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("Origin", "null")
    return origin != "null" and origin.partition("://")[2] != headers.get("Host")
