"""Pictures are drawn in a process of their own, which may die or hang without anybody else noticing."""

import asyncio
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from matplotlib.image import imread

from bot import drawer as drawers
from bot.drawer import Drawer
from bot.drawing import HEIGHT, WIDTH, draw
from messages.charts import Bars, Chart, Drawing, Label, Line, Ranking, Row
from services.ports import NotDrawnError
from tests.small_pictures import COMMAND, PNG

LINE = Line(
    points=((200, 5), (1_000, 12_032)),
    guessed=((0, 0), (200, 5)),
    low=0,
    high=13_000,
    ticks=(Label(at=0, text="0"),),
    levels=(Label(at=10_000, text="10,000 for a response"),),
    milestones=((900, 10_000),),
)
CHART = Chart(
    title="Keep $5 \\frac{lidos} open 🏊 ŵŷ العربية",
    heading="12,032 signatures",
    begins=0,
    ends=1_000,
    ticks=(Label(at=500, text="3 Mar"),),
    marks=(Label(at=400, text="Response"), Label(at=450, text="Debate"), Label(at=990, text="Closed")),
    line=LINE,
    bars=(Bars(heading="A day", begins=0, seconds=100, heights=(0, 3, 0), ticks=(Label(at=0, text="0"),)),),
)
RANKING = Ranking(
    title="Keep lidos open",
    heading="Where",
    rows=tuple(Row(name=f"Place {row}", about="", count=row, text="12", usual=3.5) for row in range(10, 0, -1)),
)
PLAIN = replace(CHART, title="Keep lidos open")
BARE = replace(CHART, marks=(), line=None, bars=CHART.bars * 2, note="", about="")


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def program(text: str) -> tuple[str, ...]:
    return sys.executable, "-c", text


@asynccontextmanager
async def drawing(command: tuple[str, ...], *, seconds: float = 30.0) -> AsyncIterator[Drawer]:
    drawer = Drawer(command, seconds=seconds)
    try:
        yield drawer
    finally:
        await drawer.close()


def running(argument: str) -> list[psutil.Process]:
    """Return our children that were started with that argument; those that are about to be gone do not count."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # zombies among them
            if argument in child.cmdline():
                found.append(child)
    return found


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("drawn", [CHART, RANKING, BARE, replace(CHART, line=replace(LINE, points=()))])
def test_every_picture_is_a_png_of_the_promised_size(drawn: Drawing) -> None:
    assert size(draw(drawn)) == (WIDTH, HEIGHT)


async def test_the_process_draws_one_picture_after_another_and_is_told_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    async with drawing(drawers.DRAWS) as drawer:
        pictures = await asyncio.gather(drawer.draw(CHART), drawer.draw(RANKING))
        assert [size(picture) for picture in pictures] == [(WIDTH, HEIGHT)] * 2
        [child] = running("bot.drawing")
        assert "1:secret" not in child.environ().values()
    assert not psutil.pid_exists(child.pid)


async def test_what_draws_is_not_in_the_memory_of_the_bot() -> None:
    script = "import sys, bot.app; sys.exit('matplotlib' in sys.modules or 'numpy' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=Path(__file__).parents[2])
    assert await process.wait() == 0


async def test_the_process_leaves_when_it_is_idle_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawers, "IDLE_SECONDS", 0.05)
    async with drawing(COMMAND) as drawer:
        assert await drawer.draw(CHART) == PNG
        async with asyncio.timeout(30):
            while running(COMMAND[-1]):  # noqa: ASYNC110 - a process tells nobody that it leaves
                await asyncio.sleep(0.01)
        assert await drawer.draw(CHART) == PNG


async def test_one_that_hangs_is_killed_and_the_next_is_drawn(tmp_path: Path) -> None:
    hangs_once = program(
        f"import runpy, sys, time; from pathlib import Path; mark = Path({str(tmp_path / 'mark')!r})\n"
        "if not mark.exists(): mark.touch(); time.sleep(600)\n"
        f"runpy.run_path({COMMAND[-1]!r}, run_name='__main__')"
    )
    async with drawing(hangs_once, seconds=2.0) as drawer:
        with pytest.raises(NotDrawnError, match="TimeoutError"):
            await drawer.draw(CHART)
        assert await drawer.draw(CHART) == PNG


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit('no font')", "no font"),
        ("import sys; sys.stdin.readline(); raise KeyError('bars')", "KeyError: 'bars'"),
        ("import sys; sys.stdin.readline(); sys.stdout.write('x')", "IncompleteReadError"),
    ],
)
async def test_one_that_dies_says_why(text: str, reason: str) -> None:
    async with drawing(program(text)) as drawer:
        with pytest.raises(NotDrawnError, match=reason):
            await drawer.draw(CHART)


async def test_a_program_that_is_not_there_is_no_picture() -> None:
    async with drawing(("/nowhere/python",)) as drawer:
        with pytest.raises(NotDrawnError):
            await drawer.draw(CHART)


async def test_whoever_waits_no_longer_leaves_nothing_behind() -> None:
    sleeps = "import time; time.sleep(600)"
    async with drawing(program(sleeps)) as drawer:
        task = asyncio.create_task(drawer.draw(CHART))
        async with asyncio.timeout(30):
            while not running(sleeps):  # noqa: ASYNC110 - nor that it has come
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not running(sleeps)


def test_a_count_close_below_another_is_not_named_over_it() -> None:
    def drawn(name: str, above: int) -> bytes:
        levels = (Label(at=10_000, text=name), Label(at=above, text="Above"))
        return draw(replace(PLAIN, line=replace(LINE, levels=levels)))

    assert drawn("One", 10_500) == drawn("Two", 10_500)
    assert drawn("One", 12_500) != drawn("Two", 12_500)


def test_no_date_reaches_over_the_edge() -> None:
    picture = imread(BytesIO(draw(replace(PLAIN, ticks=(Label(at=999, text="31 December"),)))))
    assert (picture[:, -10:] == picture[0, -1]).all()
