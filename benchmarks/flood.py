"""What the watch still gets of a site's budget while people ask for as much as they can, through the real client."""

import asyncio
from collections import Counter
from pathlib import Path
from time import monotonic

from aiohttp import web

from benchmarks.figures import Figure, Goal
from sandbox.serving import serving
from sites.http import SiteHttp, site_session

REQUESTS_PER_SECOND = 20.0
PEOPLE = 30
SECONDS, SECONDS_WHEN_QUICK = 20.0, 3.0
HALF = Goal(least=0.45)
WITHIN_THE_BUDGET = Goal(most=1.1)


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Let many people and the watch ask a local site without a pause, and count whose requests arrive."""
    del folder
    asked = Counter[str]()
    seconds = SECONDS_WHEN_QUICK if quick else SECONDS

    async def answer(request: web.Request) -> web.Response:
        asked[request.path] += 1
        return web.json_response({})

    application = web.Application()
    application.router.add_get("/{whose}", answer)
    async with serving(application) as url, site_session("benchmark") as session:
        site = SiteHttp(session, url, REQUESTS_PER_SECOND, monotonic)

        async def ask(path: str, *, urgent: bool) -> None:
            while True:
                await site.get(path, urgent=urgent)

        tasks = [asyncio.create_task(ask("/people", urgent=True)) for _ in range(PEOPLE)]
        tasks.append(asyncio.create_task(ask("/watch", urgent=False)))
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    budget = REQUESTS_PER_SECOND * seconds
    return [
        Figure(name="The watch's share of the budget beside a flood", values=[asked["/watch"] / budget], goal=HALF),
        Figure(name="People's share of the budget", values=[asked["/people"] / budget]),
        Figure(name="Requests in all, beside the budget", values=[asked.total() / budget], goal=WITHIN_THE_BUDGET),
    ]
