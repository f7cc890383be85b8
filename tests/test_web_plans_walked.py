"""What a share's page, sheet, feed and API tell: nothing of the plan that was not chosen."""

from pathlib import Path

import httpx2

from tests.make import a_meeting
from tests.serving import serving
from tests.test_web_plans import Keeper, links

SHOWN, KEPT, BACKUP = "Shown Group", "Kept Group", "Backup Group"
MEETINGS = [a_meeting(id=f"t:{name}", name=name) for name in (SHOWN, KEPT, BACKUP)]
OWN = ("my-own-note", "my-own-dentist", "my-own-label", "my-other-label", "Asia/Kathmandu")


async def a_full_plan(client: httpx2.AsyncClient) -> tuple[Keeper, dict[str, str]]:
    """Make a plan with all that one may hold; return it with the secrets of its links."""
    made = await client.post("/plans", data={"meetings": ["1", "2"]})
    keeper = Keeper(client, made.headers["location"])
    await keeper.press("edit", meetings="1", note=OWN[0], backup="3", attending="either")
    own = {"label": OWN[1], "day": "1", "start": "10:00", "end": "11:00"}
    await keeper.press("appoint", timezone=OWN[4], **own)
    await keeper.press("share", meetings="1", label=OWN[2])
    await keeper.press("share", meetings="2", label=OWN[3])
    await keeper.press("calendar", titles="full")
    page = await keeper.page()
    paths = [keeper.path, *links(page, "s"), *links(page, "c")]
    names = ("keep", "share", "other share", "calendar")
    return keeper, dict(zip(names, [path.split("/")[2] for path in paths], strict=True))


async def walk(client: httpx2.AsyncClient, secret: str, *paths: str) -> dict[str, str]:
    """Return what each of *paths* tells, with the headers; the API's by the secret in a header."""
    headers = {"Authorization": f"Bearer {secret}"}
    told = {path: await client.get(path.format(secret), headers=headers) for path in paths}
    assert {answer.status_code for answer in told.values()} == {200}
    return {path: f"{answer.headers} {answer.text}" for path, answer in told.items()}


def found_in(told: dict[str, str], words: list[str]) -> set[str]:
    return {word for word in words for text in told.values() if word in text}


async def test_a_share_tells_nothing_of_the_plan_that_was_not_chosen(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS) as client:
        _, secrets = await a_full_plan(client)
        share = secrets.pop("share")
        faces = ("/s/{}", "/s/{}/sheet", "/s/{}/calendar.ics", "/api/plans/shared")

        told = await walk(client, share, *faces)

    assert [face for face, text in told.items() if SHOWN in text] == list(faces)
    assert found_in(told, [*OWN, KEPT, BACKUP, *secrets.values()]) == set()


async def test_the_same_search_finds_all_of_it_where_the_plan_itself_was_handed_on(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, MEETINGS) as client:
        _, secrets = await a_full_plan(client)
        feed = f"/c/{secrets['calendar']}/calendar.ics"
        faces = ("/k/{}", "/k/{}/paper", feed, "/api/plans")

        told = await walk(client, secrets["keep"], *faces)

    hidden = [*OWN, KEPT, BACKUP, *secrets.values()]
    assert found_in(told, hidden) == set(hidden)
