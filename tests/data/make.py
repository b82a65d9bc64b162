"""Make the recordings of this folder from the recordings of the real site.

    python -m tests.data.make [FOLDER]

FOLDER (`../shared/data`) holds the recorded `series`, `petitions` and `lists`; `reference` beside it the description of
the Bot API. Figures, dates, states, codes and the shape of every document stay as they were recorded; every text gives
way to invented words of the same length, and every address to one under `.test`. Equal texts stay equal, and a text
of which only punctuation or white space was edited keeps its words. The same input makes the same files.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from random import Random  # noqa: TID251 - seeded
from typing import Any

HERE = Path(__file__).resolve().parent
RECORDED = HERE.parents[2] / "shared" / "data"

_KEPT_NAMES = {"type", "state", "code", "ons_code"}
"""What is called so is a code, not a text."""

_KEPT = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?"
    r"|https://petition\.parliament\.uk/petitions(/\d+)?\.json(\?page=\d+)?"
)
_CODE = re.compile(r"[A-Za-z0-9-]{1,17}")
_ADDRESS = re.compile(r"(?P<scheme>https?://)?(?P<host>(?(scheme)|www\.)[\w.-]+)(?P<rest>\S*)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_END = ".test"
_VOCABULARY = 60
"""How many invented words there are of each length."""


class Inventor:
    """Replaces texts; it knows them again."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, ...], int] = {}
        self._words: dict[int, list[str]] = {}

    def document(self, value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON value with other words."""
        match value:
            case dict():
                return {key: self.document(inner, key) for key, inner in value.items()}
            case list():
                return [self.document(inner, name) for inner in value]
            case str() if not (_KEPT.fullmatch(value) or (name in _KEPT_NAMES and _CODE.fullmatch(value))):
                return self.text(value)
        return value

    def text(self, text: str) -> str:
        """Return as long a text of other words; which ones depends on nothing but the order in which texts came."""
        number = self._texts.setdefault(tuple(_WORD.findall(text)), len(self._texts))
        chance = Random(number)
        parts, end = [], 0
        for address in _ADDRESS.finditer(text):
            host = _invented(max(1, len(address["host"]) - len(_END)), chance)
            rest = re.sub(r"\d", lambda _: str(chance.randrange(10)), self._instead(address["rest"], chance))
            before = self._instead(text[end : address.start()], chance)
            parts += [before, address["scheme"] or "", host, _END, rest]
            end = address.end()
        return "".join([*parts, self._instead(text[end:], chance)])

    def _instead(self, text: str, chance: Random) -> str:
        return _WORD.sub(lambda word: _like(word[0], chance.choice(self._vocabulary(len(word[0])))), text)

    def _vocabulary(self, length: int) -> list[str]:
        if length not in self._words:
            chance = Random(-length)
            self._words[length] = [_invented(length, chance) for _ in range(_VOCABULARY)]
        return self._words[length]


def _invented(length: int, chance: Random) -> str:
    first = chance.randrange(2)
    return "".join(chance.choice(("aeiou", "bdfgklmnprstvz")[(first + place) % 2]) for place in range(length))


def _like(word: str, invented: str) -> str:
    """Give an invented word the capitals of the word it replaces, and an accent where that has a letter beyond ASCII."""
    letters = (new if old.isascii() else "éö"[new not in "aeiou"] for old, new in zip(word, invented, strict=True))
    return "".join(new.upper() if old.isupper() else new for old, new in zip(word, letters, strict=True))


def bot_api(description: dict[str, Any]) -> dict[str, Any]:
    """Return what the Bot API calls its methods, types and fields, without the sentences about them."""

    def fields(of: dict[str, Any]) -> dict[str, Any]:
        if "fields" not in of:
            return {}
        return {"fields": [{key: field[key] for key in ("name", "types", "required")} for field in of["fields"]]}

    def kept(of: dict[str, Any]) -> dict[str, Any]:
        return {key: of[key] for key in ("returns", "subtypes") if key in of} | fields(of)

    return {
        "version": description["version"],
        "methods": {name: kept(method) for name, method in description["methods"].items()},
        "types": {name: kept(kind) for name, kind in description["types"].items()},
    }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0))


def _json(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def main() -> None:
    """Write all files."""
    recorded = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED
    inventor = Inventor()
    for path in sorted(recorded.rglob("*.json")):
        document = inventor.document(json.loads(path.read_bytes()))
        _write(HERE / f"{path.relative_to(recorded)}.gz", _json(document))
    for path in sorted((recorded / "series").glob("*.csv")):
        _write(HERE / f"{path.relative_to(recorded)}.gz", path.read_bytes())
    [description] = (recorded.parent / "reference").glob("telegram-bot-api-*.json")
    _write(HERE / "telegram-bot-api.json.gz", _json(bot_api(json.loads(description.read_bytes()))))


if __name__ == "__main__":
    main()
