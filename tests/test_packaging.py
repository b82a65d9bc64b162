"""What `pip install .` installs is all that runs, with the files that are not Python."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # it builds the package

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "delivery", "handlers", "messages", "petitions", "sandbox", "services", "sites", "storage")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    environment = {"PATH": os.environ["PATH"], "TELEGRAM_BOT_TOKEN": "1:a", **environment}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_package_starts_away_from_the_repository(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path, cwd=ROOT)
    (wheel,) = tmp_path.glob("petition_alerts-*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "petition-alerts = bot.__main__:main" in entry_points.read_text()
    for package in PACKAGES:
        present = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if _is_kept(path)}
        assert present == {path.relative_to(installed) for path in (installed / package).rglob("*") if _is_kept(path)}
    python = (sys.executable, "-P", "-c")
    start = "import sys; from {0}.__main__ import main; sys.exit(main({1}))"
    assert "usage" in run(*python, start.format("bot", "['--help']"), cwd=tmp_path, PYTHONPATH=str(installed))
    assert "usage" in run(*python, start.format("sandbox", "['--help']"), cwd=tmp_path, PYTHONPATH=str(installed))
    migrated = run(*python, start.format("bot", "['migrate']"), cwd=tmp_path, PYTHONPATH=str(installed))
    assert migrated == "The database data/petition-alerts.db is up to date.\n"


def _is_kept(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"
