"""What a stranger finds in the repository holds together."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, read_settings
from tests.conftest import TOGETHER

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("petitions", "messages", "delivery", "services", "sites", "storage", "handlers", "bot")
LOCKS = ("requirements.txt", "requirements-dev.txt")


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).exists()]


def modules(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    assert found
    return found


def dependencies(*, development: bool) -> list[str]:
    declared = tomllib.loads(text("pyproject.toml"))["project"]
    names = declared["dependencies"] + (declared["optional-dependencies"]["dev"] if development else [])
    return [re.split(r"[\[<>=~! ]", name)[0] for name in names]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_is_pinned_and_hashed(lock: str) -> None:
    logical = text(lock).replace("\\\n", " ").splitlines()
    requirements = [line for line in logical if line.strip() and not line.lstrip().startswith("#")]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_path_of_a_machine(lock: str) -> None:
    for line in text(lock).splitlines():
        assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links|(^|\s)/", line), line


def test_both_locks_agree_on_what_runs() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9.-]+(?:\[[a-z,]+\])?==[^\s;]+", text(lock), flags=re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_there_is_one_way_to_lock() -> None:
    assert not tracked("uv.lock", "poetry.lock", "Pipfile.lock")


def test_every_dependency_has_its_reason() -> None:
    reasons = text("docs/decisions/0006-dependencies.md")
    missing = [name for name in dependencies(development=True) if name.lower() not in reasons.lower()]
    assert missing == []


def test_the_import_contract_knows_every_dependency_of_the_bot() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    forbidden = next(set(c["forbidden_modules"]) for c in contracts if c.get("source_modules") == ["petitions"])
    modules_of = {"fluent.runtime": "fluent", "python-telegram-bot": "telegram", "tzdata": None}
    names = dependencies(development=False)
    needed = {modules_of.get(name, name.replace("-", "_")) for name in names} - {None}
    assert needed == forbidden


def test_petitions_import_nothing_but_the_standard_library() -> None:
    for path in modules("petitions"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    imported = {alias.name for alias in names}
                case ast.ImportFrom(module=str(module)):
                    imported = {module}
                case _:
                    continue
            for name in imported:
                assert name.split(".")[0] in sys.stdlib_module_names | {"petitions"}, f"{path} imports {name}"


def test_every_package_says_what_it_is_and_exports_nothing() -> None:
    for path in modules(*SHIPPED, "sandbox"):
        if path.name == "__init__.py":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert len(body) == 1, path
            assert isinstance(body[0], ast.Expr), path


def test_nothing_that_ships_is_left_to_do() -> None:
    for path in modules(*SHIPPED, "sandbox"):
        assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8")), path


def test_every_setting_is_in_the_example_and_explained() -> None:
    example = set(re.findall(r"^#?([A-Z][A-Z_]+)=", text(".env.example"), flags=re.MULTILINE))
    settings = text("docs/operating.md").split("## Settings")[1].split("\n## ")[0]
    rows = [line for line in settings.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row.split("|")[1])}
    assert example == explained == {name.upper() for name in Settings.model_fields}


def test_the_values_in_the_example_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    uncommented = re.sub(r"^#(?=[A-Z_]+=.)", "", text(".env.example"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(uncommented.replace("TELEGRAM_BOT_TOKEN=", "TELEGRAM_BOT_TOKEN=1:made-up"))
    plain = read_settings(tmp_path / ".env").model_dump(exclude={"telegram_bot_token"})
    assert plain == Settings(telegram_bot_token=SecretStr("1:made-up")).model_dump(exclude={"telegram_bot_token"})


def test_all_decisions_are_in_the_index_in_order() -> None:
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    index = text("docs/decisions/README.md")
    assert re.findall(r"\(([0-9]+-[^)]+\.md)\)", index) == pages
    for number, page in enumerate(pages, start=1):
        lines = text(f"docs/decisions/{page}").splitlines()
        assert page.startswith(f"{number:04}-")
        assert lines[0].startswith(f"# {number}. "), page
        assert len(lines) <= 40, page


def test_links_between_pages_lead_somewhere() -> None:
    links = [(page, target) for page in tracked("*.md") for target in re.findall(r"\]\(([^)\s]+)\)", text(page))]
    assert links
    for page, target in links:
        if not re.match(r"[a-z]+:|#", target):
            assert (ROOT / page).parent.joinpath(target.partition("#")[0]).exists(), f"{page} links to {target}"


def test_sections_that_docstrings_cite_exist() -> None:
    sections = set(re.findall(r"^#+ ([0-9.]+) ", text("docs/petition-sites.md"), flags=re.MULTILINE))
    cited = {
        (path, section)
        for path in modules(*SHIPPED, "sandbox")
        for citation in re.findall(
            r"petition-sites\.md`?((?:,? ?(?:and )?§[0-9.]*[0-9])+)", path.read_text(encoding="utf-8")
        )
        for section in re.findall(r"§([0-9.]*[0-9])", citation)
    }
    assert cited
    assert {section for _, section in cited} <= sections, cited


def test_every_test_that_the_docs_name_exists() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    named = {each for page in pages for each in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?", page.read_text("utf-8"))}
    assert named
    for path, name in named:
        assert re.search(rf"^(?:async )?def {name}\b" if name else "", text(path), re.MULTILINE), f"{path}::{name}"


def test_tests_that_share_what_one_of_them_builds_are_handed_out_together() -> None:
    """Mixed with others, each of them would build it anew: it ends with the last test of the file in a row."""
    sharing = {
        path.relative_to(ROOT).as_posix()
        for path in modules("tests")
        if re.search(r'fixture\(scope="(module|package)"', path.read_text(encoding="utf-8"))
    }
    assert sharing
    assert sharing <= TOGETHER
