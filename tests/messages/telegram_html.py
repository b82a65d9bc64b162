"""What Telegram makes of HTML: the text people see, or a refusal. Strict where Telegram is."""

import re
from html.parser import HTMLParser
from typing import Final

ALLOWED: Final = {
    "a": {"href"},
    "b": set(),
    "i": set(),
    "code": set(),
    "blockquote": {"expandable"},
    "tg-time": {"unix", "format"},
}
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|#x27);)")


class RefusedError(Exception):
    """Telegram would answer "can't parse entities"."""


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED or {name for name, _ in attrs} - ALLOWED[tag]:
            raise RefusedError(f"<{tag} {attrs}>")
        if tag in self.open:
            raise RefusedError(f"<{tag}> inside itself")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise RefusedError(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise RefusedError(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        raise RefusedError(f"<!{decl}")

    def unknown_decl(self, data: str) -> None:
        raise RefusedError(f"<![{data}")

    def handle_pi(self, data: str) -> None:
        raise RefusedError(f"<?{data}")


def seen(html: str) -> str:
    """Return the text that people see. Raises `RefusedError`."""
    if stray := _ENTITY.search(html):
        raise RefusedError(html[stray.start() : stray.start() + 20])
    parser = _Parser()
    parser.feed(html)
    parser.close()
    if parser.open:
        raise RefusedError(f"never closed: {parser.open}")
    return parser.text


def units(text: str) -> int:
    """Count UTF-16 units; raises `UnicodeEncodeError` for what cannot be sent at all."""
    return len(text.encode("utf-16-le")) // 2
