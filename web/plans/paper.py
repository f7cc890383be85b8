"""Plans and shares on paper: a week for the fridge, a sheet to take home, lines to be signed."""

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.model import VenueType
from meetings.plan import Chosen, Plan
from meetings.sealing import canonical
from web.pages.render import page
from web.plans.forms import text, whole
from web.plans.opening import open_keep, open_share
from web.plans.week import Day, entries_of, has_clocks, week_of
from web.service import service

SIGNATURE_LINES = 20


async def week_sheet(request: Request) -> HTMLResponse:
    """GET /k/{secret}/paper?per_week=5&in_person=3: the week, a rule checked, lines to sign"""
    running, opened = service(request), await open_keep(request)
    rule = FormData(dict(request.query_params))
    entries = entries_of(opened.plan, running.catalogue, now=running.now())
    week = week_of(opened.plan, entries)
    return page(
        request,
        "paper_week.html",
        here=f"/k/{opened.secret}",
        week=week,
        has_clocks=has_clocks(entries),
        per_week=_wished(rule, "per_week"),
        in_person=_wished(rule, "in_person"),
        planned=_planned(week),
        lines=range(SIGNATURE_LINES),
    )


async def share_sheet(request: Request) -> HTMLResponse:
    """GET /s/{secret}/sheet: the whole list in words, day by day, for somebody going home"""
    running, content = service(request), await open_share(request)
    listed = Plan(chosen=tuple(Chosen(number=number) for number in content.numbers))
    entries = entries_of(listed, running.catalogue, now=running.now())
    link = f"{running.site.base_url}/s/{canonical(request.path_params['secret'])}"
    titles = {source.id: source.title or source.id for source in running.sources}
    return page(
        request,
        "paper_sheet.html",
        week=week_of(listed, entries),
        sources=sorted({titles.get(e.hit.meeting.source, "") for e in entries} - {""}),
        link=link,
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2),
    )


def _wished(rule: FormData, name: str) -> int | None:
    return whole(rule, name, default=0, most=50) if text(rule, name) else None


def _planned(week: list[Day]) -> dict[str, int]:
    """
    Count what is planned and not closed or gone, which a house would not count either.

    A hybrid meeting counts as its person goes, in person if unsaid.
    """
    entries = [entry for day in week for entry in day.entries if entry.hit.meeting.is_listed]
    online = sum(
        entry.hit.meeting.venue_type is VenueType.ONLINE or entry.chosen.attending == "online"
        for entry in entries
    )
    return {"in_all": len(entries), "in_person": len(entries) - online, "online": online}
