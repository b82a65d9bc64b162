"""What is in docs/operations fits the bot: rules, dashboard and pages name what there is, and all that there is."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.journeys.town import KITES, PATIENCE, free_port, town_in

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ROOT / "docs" / "operations"
RULES = (OPERATIONS / "alerts.yml").read_text(encoding="utf-8")
README = (OPERATIONS / "README.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((OPERATIONS / "dashboard.json").read_text(encoding="utf-8"))
EXPRESSIONS = {
    **dict(re.findall(r"- alert: (\w+)\n +expr: (.+)", RULES)),
    **{
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    },
}
WORDS = {"absent", "by", "count", "increase", "min", "rate", "sum", "time", "e6"}
"""What PromQL itself has, of what the expressions use."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def samples(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Sample]]:
    """What a bot that has something to do answers to Prometheus."""
    port = free_port()
    async with (
        town_in(tmp_path_factory.mktemp("town")) as town,
        town.bot(http_port=port),
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {KITES}", "Now following")
        async with asyncio.timeout(PATIENCE):
            while True:
                async with session.get("/metrics") as response:
                    found = [
                        each
                        for family in text_string_to_metric_families(await response.text())
                        for each in family.samples
                    ]
                if value(found, "petition_alerts_database_bytes") > 0:  # counted at the end of the first round
                    break
                await asyncio.sleep(0.02)
        yield found


def value(samples: list[Sample], name: str, **labels: str) -> float:
    """The sum of the samples with that name and these labels."""
    return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())


def ours(samples: list[Sample]) -> set[str]:
    return {each.name for each in samples if each.name.startswith("petition_alerts_")}


def names_in(expression: str) -> set[str]:
    """The metrics that an expression names."""
    bare = re.sub(r"\{.*?\}|\[.*?\]|\b(?:by|on|without) \(.*?\)", " ", expression)
    return set(re.findall(r"[a-z_][a-z_0-9]+", bare)) - WORDS


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.asyncio(loop_scope="module")
async def test_every_metric_that_is_asked_for_is_there_with_its_labels(samples: list[Sample], name: str) -> None:
    expression = EXPRESSIONS[name]
    names = names_in(expression)
    assert names
    assert names <= {each.name for each in samples}
    for metric, matchers in re.findall(r"(\w+)\{(.*?)\}", expression):
        for label, comparison, wanted in re.findall(r'(\w+)(=~|!~|!=|=)"(.*?)"', matchers):
            values = {each.labels[label] for each in samples if each.name == metric}
            assert any(re.fullmatch(wanted, value) if "~" in comparison else wanted == value for value in values)
    for label in re.findall(r"by \((\w+)\)", expression):
        assert all(label in each.labels for each in samples if each.name in names)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_metric_is_explained_and_shown(samples: list[Sample]) -> None:
    table = README.split("## Metrics")[1]
    explained = {f"petition_alerts_{name}" for row in rows(table) for name in re.findall(r"`(\w+)`", row[0])}
    assert explained == ours(samples)
    shown = {name for expression in EXPRESSIONS.values() for name in names_in(expression)}
    assert ours(samples) <= shown


@pytest.mark.asyncio(loop_scope="module")
async def test_labels_and_their_values_are_explained(samples: list[Sample]) -> None:
    for names, labels, meaning in rows(README.split("## Metrics")[1]):
        for name in re.findall(r"`(\w+)`", names):
            there = [each.labels for each in samples if each.name == f"petition_alerts_{name}"]
            assert {label for each in there for label in each} == set(re.findall(r"`(\w+)`", labels)), name
            for label in {"cause", "outcome", "verdict", "lane", "state", "petitions"} & set(there[0]):
                assert {each[label] for each in there} <= set(re.findall(r"`(\w+)`", meaning)), name


@pytest.mark.asyncio(loop_scope="module")
async def test_names_have_base_units_and_counters_say_so(samples: list[Sample]) -> None:
    for name in ours(samples):
        assert not re.search(r"(milliseconds|minutes|hours|kilobytes|megabytes|percent)", name)
        assert not name.endswith("_created")
    assert value(samples, "petition_alerts_steps_total", loop="watch") > 0
    assert value(samples, "petition_alerts_loop_alive", loop="deliver") == 1
    assert value(samples, "petition_alerts_database_writable") == 1
    assert value(samples, "petition_alerts_updates_arranged") == 1
    assert value(samples, "petition_alerts_database_disk_free_bytes") > 0


def rows(table: str) -> Iterator[tuple[str, str, str]]:
    """The rows of a table of three columns, without its head."""
    for line in table.splitlines():
        match [cell.strip() for cell in line.strip("|").split("|")]:
            case [one, two, three] if one.startswith(("`", "[")):
                yield one, two, three


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    rules = re.findall(r"- alert: (\w+)", RULES)
    assert sorted(rules) == sorted(path.stem for path in (OPERATIONS / "runbooks").iterdir())
    assert re.findall(r"runbook: docs/operations/runbooks/(\w+)\.md", RULES) == rules
    listed = [
        (re.findall(r"\[(\w+)\]", name)[0], severity)
        for name, severity, _ in rows(README.split("## Metrics")[0].split("## Rules")[1])
    ]
    assert listed == list(zip(rules, re.findall(r"severity: (\w+)", RULES), strict=True))


@pytest.mark.parametrize("page", sorted((OPERATIONS / "runbooks").iterdir()), ids=lambda page: page.stem)
def test_a_page_says_what_it_means_how_to_see_it_and_what_to_do(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    titles = [f"# {page.stem}", "## What it means", "## How to see it", "## What to do"]
    assert re.findall(r"^#+ .*$", text, flags=re.MULTILINE) == titles
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("bot", "services", "storage")
        for path in (ROOT / folder).rglob("*.py")
    )
    for event in re.findall(r"`([a-z]+\.[a-z_]+)`", text):
        assert f'"{event}"' in code, "what it looks for in the log is never logged"


@pytest.mark.parametrize("page", sorted((OPERATIONS / "runbooks").iterdir()), ids=lambda page: page.stem)
@pytest.mark.asyncio(loop_scope="module")
async def test_the_metrics_that_a_page_looks_at_are_there(samples: list[Sample], page: Path) -> None:
    assert set(re.findall(r"petition_alerts_\w+", page.read_text(encoding="utf-8"))) <= ours(samples)


@pytest.mark.parametrize("command", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")])
def test_prometheus_takes_the_rules_and_they_fire_when_they_should(command: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: it comes with Prometheus (apt-get install prometheus)")
    ended = subprocess.run([promtool, *command], cwd=OPERATIONS, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_panels_of_the_dashboard_stand_beside_each_other() -> None:
    taken: dict[tuple[int, int], str] = {}
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]
