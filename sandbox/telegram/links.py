"""Which links Telegram accepts, and how it writes them."""

import re

_HTTP_LINK = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>[^/?#]*)(?P<rest>[/?#].*)?\Z",
    re.DOTALL,
)
_BAD_HOST = re.compile(r"[\s<>\"'\\]")


def checked_link(url: str) -> str:
    """The link in Telegram's own spelling (`http://` added, an empty path as `/`).

    Raises `ValueError` with Telegram's reason when the link is none that a button or text may carry.
    """
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
