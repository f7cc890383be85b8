"""What whoever opens a share sees: its meetings, and nothing of the plan behind it."""

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.plan import Chosen, Plan, SharedList
from meetings.sealing import canonical
from web.feeds.subscribing import subscribe_links
from web.pages.render import page
from web.plans.opening import open_share
from web.plans.week import Entry, entries_of
from web.service import Service, service


async def shared(request: Request) -> HTMLResponse:
    """GET /s/{secret}"""
    running, content = service(request), await open_share(request)
    path = f"/s/{canonical(request.path_params['secret'])}"
    link = running.site.base_url + path
    return page(
        request,
        "share.html",
        entries=entries_in(running, content),
        link=link,
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2),
        subscribe=subscribe_links(running.site, f"{path}/calendar.ics"),
    )


def entries_in(running: Service, shared: SharedList) -> list[Entry]:
    """Return what a share shows of the meetings that are known, by the next start."""
    listed = Plan(chosen=tuple(Chosen(number=number) for number in shared.numbers))
    return entries_of(listed, running.catalogue, now=running.now())
