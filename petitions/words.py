"""Whether two versions of a text read the same to a person (`docs/petition-sites.md` §8)."""

import html
import re
import unicodedata
from hashlib import sha256

_INLINE_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)")
_DEFINITION = re.compile(r"^[ \t]*\[([^\[\]\n]{1,40})\]:[ \t]*<?(\S+?)>?(?:[ \t]+[\"'(].*)?[ \t]*$", re.MULTILINE)
_REFERENCE = re.compile(r"\]\[([^\[\]\n]{1,40})\]|\[([0-9]{1,40})\]")
_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]+", re.IGNORECASE)
_TOKEN = re.compile(r"(?:(?<![\w)\]])-)?\d+(?:[.,:]\d+)*|[^\W_]+|[%‰°$¢£¤¥€₹]")


def same_words(a: str, b: str) -> bool:
    """Return whether a person reads the same in both: the same words, numbers and addresses.

    White space, bullets, punctuation, Unicode forms and the styles of quotes, emphasis and links do not count.
    """
    return a == b or _readable(a) == _readable(b)


def fingerprint(*texts: str) -> str:
    """Return 16 characters that are the same for texts which read the same."""
    read = [(words, sorted(addresses)) for words, addresses in map(_readable, texts)]
    return sha256(repr(read).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _readable(text: str) -> tuple[list[str], set[str]]:
    """Split a text into what is read word by word, and where it leads: addresses are given inline or at the end."""
    text = html.unescape(_plain(text))
    definitions = _DEFINITION.findall(text)
    addresses = [address for _, address in definitions] + [link[1] for link in _INLINE_LINK.findall(text)]
    text = _INLINE_LINK.sub(r"\1 ", _DEFINITION.sub(" ", text))
    names = {name for name, _ in definitions}
    text = _REFERENCE.sub(lambda found: " " if (found[1] or found[2]) in names else found[0], text)
    addresses += _ADDRESS.findall(text)
    return _TOKEN.findall(_ADDRESS.sub(" ", text)), {_bare(address) for address in addresses}


def _plain(text: str) -> str:
    """Bring characters that look alike to one form, and drop those that nobody sees."""
    text = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-")
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _bare(address: str) -> str:
    """Drop the punctuation of the sentence around an address, and its last slash."""
    return address.rstrip(".,;:!?'*_)/")
