"""Doing what a stage says, in a folder that stands for the image's root, with an environment of its own."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from rehearsal.dockerfile import Instruction, Stage, ignored

PASSED_ON = re.compile(r"PIP_.*|.*_PROXY|SSL_CERT_.*|REQUESTS_CA_BUNDLE", re.IGNORECASE)
"""Variables of this machine that building keeps, so that pip reaches the package index it is used to."""


@dataclass(slots=True, kw_only=True)
class Image:
    """A stage that is being gone through. Paths of the image are kept below `root`."""

    root: Path
    environment: dict[str, str]
    places: frozenset[str]
    workdir: str = "/"
    copied: list[str] = field(default_factory=list)

    def here(self, path: str) -> Path:
        """Where a path of the image lies on this machine."""
        absolute = path if path.startswith("/") else f"{self.workdir}/{path}"
        return self.root / os.path.normpath(absolute).lstrip("/")

    def translated(self, text: str) -> str:
        """Turn the image's own folders into those that stand for them, wherever a text names them."""
        names = "|".join(re.escape(place) for place in sorted(self.places, reverse=True))
        return re.sub(rf"(?<![\w.])({names})(?![\w-])", lambda match: f"{self.root}{match[1]}", text)

    def runtime_environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The environment in which the image's commands run."""
        return {name: self.translated(value) for name, value in self.environment.items()} | dict(extra)


def places_of(stages: Iterable[Stage]) -> frozenset[str]:
    """The folders that the Dockerfile itself makes; all other absolute paths belong to the base image."""
    found = set()
    for instruction in (i for stage in stages for i in stage.instructions):
        match instruction.keyword:
            case "WORKDIR" | "VOLUME":
                found.update(instruction.words)
            case "COPY":
                found.add(instruction.words[-1])
            case _:
                pass
    return frozenset(place.rstrip("/") for place in found if place.startswith("/"))


def go_through(stage: Stage, image: Image, *, context: Path, built: Mapping[str, Image]) -> None:
    """Do every instruction of a stage; raises `CalledProcessError` when a RUN fails."""
    image.root.mkdir(parents=True)
    for instruction in stage.instructions:
        match instruction.keyword:
            case "ENV":
                _set(image, instruction)
            case "WORKDIR":
                image.workdir = instruction.value
                image.here(".").mkdir(parents=True, exist_ok=True)
            case "COPY":
                _copy(image, instruction, context=context, built=built)
            case "RUN":
                _run(image, instruction)
            case _:
                pass


def _set(image: Image, instruction: Instruction) -> None:
    for word in instruction.words:
        name, _, value = word.partition("=")
        image.environment[name] = Template(value).safe_substitute(image.environment)


def _copy(image: Image, instruction: Instruction, *, context: Path, built: Mapping[str, Image]) -> None:
    *sources, target = instruction.words
    origin = built.get(instruction.flags.get("from", ""))
    patterns = (context / ".dockerignore").read_text(encoding="utf-8")

    def skip(folder: str, names: list[str]) -> list[str]:
        if origin:
            return []
        here = Path(folder).relative_to(context)
        return [name for name in names if ignored((here / name).as_posix(), patterns)]

    for source in sources:
        place = origin.here(source) if origin else context / source
        destination = image.here(target)
        if not origin and ignored(source.rstrip("/"), patterns):
            raise FileNotFoundError(f"COPY {source}: kept out by .dockerignore")
        if place.is_dir():
            shutil.copytree(place, destination, symlinks=True, ignore=skip, dirs_exist_ok=True)
        else:
            if target.endswith("/") or destination.is_dir():
                destination /= place.name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place, destination)
        image.copied.append(source)
    if "chown" in instruction.flags and os.geteuid() == 0:
        owner, _, group = instruction.flags["chown"].partition(":")
        for path in (image.here(target), *image.here(target).rglob("*")):
            os.chown(path, int(owner), int(group or owner), follow_symlinks=False)


def _run(image: Image, instruction: Instruction) -> None:
    command = image.translated(instruction.value)
    print(f"  RUN {shlex.quote(instruction.value)}")
    passed_on = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    subprocess.run(
        ["/bin/sh", "-c", command], cwd=image.here("."), env=passed_on | image.runtime_environment({}), check=True
    )
