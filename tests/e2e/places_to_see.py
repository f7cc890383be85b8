"""The pages that checks and screenshots go through, with their addresses in a running service."""

from dataclasses import dataclass

import httpx2

BROOKLYN = "/find/us-ny-brooklyn"


@dataclass(frozen=True, slots=True)
class Sights:
    """Addresses by name: the ten *main* pages, and *others* that people come to as well."""

    main: dict[str, str]
    others: dict[str, str]

    @property
    def every(self) -> dict[str, str]:
        return self.main | self.others


def sights(site: str) -> Sights:
    """Return the pages of *site*; a plan is made for those that need one."""
    found = httpx2.get(f"{site}/api/meetings?near=Brooklyn%2C+NY&venue=in_person").json()
    numbers = [meeting["number"] for meeting in found["meetings"]]
    online = httpx2.get(f"{site}/api/meetings?online=1").json()["meetings"][0]["number"]
    first, listed = numbers[0], ",".join(map(str, [*numbers[:4], online]))
    plan = _plan(site, [*numbers[:4], online])
    return Sights(
        main={
            "start": "/",
            "results": BROOKLYN,
            "now": "/now/us-ny-brooklyn",
            "meeting": f"/meetings/{first}",
            "subscribe": f"/meetings/{first}/subscribe?titles=plain",
            "list": f"/list?meetings={listed}",
            "plan": plan,
            "helplines": "/helplines/us",
            "fellowships": "/fellowships",
            "sources": "/sources",
        },
        others={
            "online": "/find?online=1&timezone=Europe/London",
            "online meeting": f"/meetings/{online}",
            "nothing near": "/find/us-ny-brooklyn?format=men&day=mon&after=03:00&before=03:05",
            "week": "/coverage/us-ny-brooklyn",
            "which place": "/find?near=Springfield",
            "unknown place": "/find?near=Xyzzyville",
            "nothing there": "/nothing",
            "empty list": "/list",
            "new plan": f"/plans/new?meetings={listed}",
            "wishes": f"{plan}/propose",
            "add to plan": f"{plan}/add?near=Brooklyn%2C+NY",
            "week sheet": f"{plan}/paper",
            "what is stored": f"{plan}/stored",
            "for groups": "/for-groups",
            "all helplines": "/helplines",
            "about": "/about",
            "privacy": "/privacy",
        },
    )


def _plan(site: str, numbers: list[int]) -> str:
    answer = httpx2.post(f"{site}/plans", data={"meetings": ",".join(map(str, numbers))})
    return answer.headers["location"].removeprefix(site)
