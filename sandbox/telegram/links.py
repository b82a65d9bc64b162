"""Which links Telegram accepts, and how it writes them."""

import re

_USER_LINK = re.compile(r"tg:(?://)?user\?id=(\d+)\Z", re.IGNORECASE)
_HTTP_LINK = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>[^/?#]*)(?P<rest>[/?#].*)?\Z",
    re.DOTALL,
)
_TG_LINK = re.compile(r"tg:(?://)?(?P<host>[A-Za-z0-9_-]+)(?P<rest>[/?#].*)?\Z", re.IGNORECASE | re.DOTALL)
_BAD_HOST = re.compile(r"[\s<>\"'\\]")


def linked_user(url: str) -> int | None:
    """The user behind `tg://user?id=…`, the link that mentions somebody without a username."""
    match = _USER_LINK.match(url)
    return int(match[1]) if match else None


def checked_link(url: str) -> str:
    """The link in Telegram's own spelling (`http://` added, an empty path as `/`).

    Raises `ValueError` with Telegram's reason when the link is none that a button or text may carry.
    """
    if url[:3].lower() == "tg:":
        match = _TG_LINK.match(url)
        if match is None:
            raise ValueError("Wrong tg URL")
        return f"tg://{match['host'].lower()}{match['rest'] or ''}"
    match = _HTTP_LINK.match(url)
    if match is None or not match["host"]:
        raise ValueError("URL host is empty")
    scheme = (match["scheme"] or "http").lower()
    if scheme not in ("http", "https"):
        raise ValueError("Unsupported URL protocol")
    host = match["host"].lower()
    if "." not in host.rpartition("@")[2] or _BAD_HOST.search(host):
        raise ValueError("Wrong HTTP URL")
    rest = match["rest"] or "/"
    return f"{scheme}://{host}{rest if rest[0] == '/' else '/' + rest}"
