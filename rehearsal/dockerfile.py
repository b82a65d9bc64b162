"""Reading a Dockerfile: the part of its language that ours uses, and an error for the rest."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Self

KEYWORDS = frozenset("FROM ENV WORKDIR COPY RUN USER VOLUME EXPOSE STOPSIGNAL HEALTHCHECK CMD".split())


class UnknownInstructionError(Exception):
    """The Dockerfile says something that cannot be rehearsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction: `COPY --from=builder /a /b` has a flag `from` and the value `/a /b`."""

    keyword: str
    flags: dict[str, str]
    value: str

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one logical line."""
        keyword, _, rest = line.partition(" ")
        if keyword.upper() not in KEYWORDS:
            raise UnknownInstructionError(line)
        flags = {}
        rest = rest.strip()
        while match := re.match(r"--([a-z-]+)=(\S+)\s+", rest):
            flags[match[1]] = match[2]
            rest = rest[match.end() :]
        return cls(keyword=keyword.upper(), flags=flags, value=rest)

    @property
    def words(self) -> list[str]:
        """The value in words, in either the JSON or the shell form."""
        if self.value.startswith("["):
            words: list[str] = json.loads(self.value)
            return words
        return shlex.split(self.value)

    @property
    def command(self) -> list[str]:
        """The command of CMD or of `HEALTHCHECK … CMD`; only the JSON form passes signals on, so only it is taken."""
        value = self.value.removeprefix("CMD").strip()
        if not value.startswith("["):
            raise UnknownInstructionError(f"{self.keyword} is not in the JSON form: {value}")
        command: list[str] = json.loads(value)
        return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the build: its base image, its name if it has one, and what is done in it."""

    base: str
    name: str | None
    instructions: tuple[Instruction, ...]

    def last(self, keyword: str) -> Instruction | None:
        """Return the last instruction of a kind, which is the one that counts."""
        return next((i for i in reversed(self.instructions) if i.keyword == keyword), None)


def read_stages(text: str) -> list[Stage]:
    """Read a Dockerfile into its stages, in order."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    logical = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    stages: list[Stage] = []
    for instruction in map(Instruction.parse, logical):
        if instruction.keyword == "FROM":
            base, *alias = instruction.words
            stages.append(Stage(base=base, name=alias[1] if alias else None, instructions=()))
        else:
            stage = stages[-1]
            stages[-1] = Stage(base=stage.base, name=stage.name, instructions=(*stage.instructions, instruction))
    return stages


def ignored(path: str, patterns: str) -> bool:
    """Whether `.dockerignore` keeps a path (relative, with slashes) out of the build: the last match decides."""
    verdict = False
    for line in patterns.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        negated = pattern.startswith("!")
        if _matches(path, pattern.lstrip("!").strip("/")):
            verdict = not negated
    return verdict


def _matches(path: str, pattern: str) -> bool:
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    wild = {"**/": r"(?:.*/)?", "*": r"[^/]*", "?": r"[^/]"}
    expression = "".join(wild.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(rf"{expression}(?:/.*)?", path) is not None
