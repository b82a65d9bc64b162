"""Whether two petitions ask for the same, so that the followers of one that has ended may be offered the other.

A wrong offer costs more than one that is not made. So titles and backgrounds both have to be alike in their words, and
nothing in the titles may speak against it: other numbers, other nations, a "not" on one side alone, a "keep" against
a "stop". How often that errs is measured (`python -m benchmarks --only successors`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from petitions.news import SuccessorFound
from petitions.petition import PetitionId, PetitionState, Snapshot

TITLES_ALIKE = 0.5
"""At least so much of the weight of the words in two titles has to be in both."""

BACKGROUNDS_ALIKE = 0.15
"""The same of the backgrounds. Recorded petitions about different things share 0.13 at most."""

ALIKE = 1.0
"""So much have the two to be together: the less alike the titles, the more alike the backgrounds."""

LEAST_SHARED = 2
"""So many telling words have to be in both titles."""

LEAST_SHARED_IN_BACKGROUNDS = 5

ENDED = (PetitionState.CLOSED, PetitionState.REJECTED)
COMPARED = (PetitionState.OPEN, *ENDED)
"""The states in which petitions are compared."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_SHORTEST_STEM = 3
_ENDINGS = (
    *("isations", "izations", "isation", "ization", "ations", "ation"),
    *("ments", "ment", "ising", "izing", "ised", "ized", "ises", "izes", "ise", "ize"),
    *("ingly", "ing", "ied", "ies", "ed", "ers", "er", "es", "ly", "s", "e", "y"),
)
"""What is cut from the end of a word, the longest that fits."""

_COMMON_WEIGHT = 0.4


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


def _stems(words: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in words.split())


_IGNORED = frozenset(
    "a about all also an and any are as at be been being by can could do does doing done each every for from had"
    " has have having he her his how i if in into is it its me more most must my of on only or our ought shall she"
    " should so some such than that the their them then there these they this those to up us was we were what when"
    " where which who whom whose why will with would you your".split()
)
_COMMON = _stems(
    "abolish act allow ask ban britain british bring call change compulsory consider country create debate end ensure"
    " full get give government illegal implement improve increase introduce just law lawful legal legislate legislation"
    " let make mandatory national need new now parliament people petition prevent provide public publish reduce reform"
    " reinstate release require requirement right rule scrap stop system take uk kingdom united want"
)
"""Words of so many titles that they tell little."""

_AGAINST = _stems(
    "abolish against ban cancel cut end illegal lower oppose prevent reduce reject repeal reverse revoke scrap stop"
)
_IN_FAVOUR = _stems("allow continue increase keep legal legalise maintain preserve protect raise retain save support")
_NOT = _stems("don never no not without isn won shouldn mustn")
_NATIONS = _stems("england english ireland irish scotland scottish wales welsh london")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncompared:
    """A petition that has yet to be compared in its state; `snapshot` is `None` when that cannot be read."""

    petition: PetitionId
    state: PetitionState
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A petition that another one may be the successor of, or may have as successor."""

    petition: PetitionId
    snapshot: Snapshot


def counterparts(state: PetitionState) -> Sequence[PetitionState]:
    """Return the states of those with which a petition in this state is compared."""
    return ENDED if state is PetitionState.OPEN else (PetitionState.OPEN,)


def telling_words(title: str) -> frozenset[str]:
    """Return the words of a title by which petitions like it are found: those that are not common."""
    return frozenset(word for word in _words(title) - _COMMON if not word[0].isdecimal())


def ask_for_the_same(one: Snapshot, other: Snapshot) -> bool:
    """Tell whether two petitions ask for the same, as far as their words show."""
    titles = title_likeness(one.title, other.title)
    if titles < TITLES_ALIKE:
        return False
    return background_likeness(one.background, other.background) >= max(BACKGROUNDS_ALIKE, ALIKE - titles)


def title_likeness(one: str, other: str) -> float:
    """Return how much of the weight of all words in two titles is in both, from 0 to 1.

    It is 0 when they have hardly a telling word in common, or differ in something that turns their meaning.
    """
    if len(telling_words(one) & telling_words(other)) < LEAST_SHARED or _contradict(_words(one), _words(other)):
        return 0.0
    return _likeness(_words(one), _words(other))


def background_likeness(one: str, other: str) -> float:
    """Return the same of two backgrounds; 0 when they have hardly a word in common."""
    words, others = _words(one), _words(other)
    return _likeness(words, others) if len(words & others) >= LEAST_SHARED_IN_BACKGROUNDS else 0.0


def offer(new: Snapshot) -> SuccessorFound:
    """Return the news that a petition which asks for the same is open."""
    return SuccessorFound(ref=new.ref, title=new.title, signatures=new.signatures)


def key_of(news: SuccessorFound) -> str:
    """Return under what the followers of a petition are offered another once."""
    return f"successor:{news.ref}"


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'s ", " ")
    return frozenset(_stem(word) for word in _WORD.findall(plain) if word not in _IGNORED)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    everything = fsum(map(_weight, one | other))
    return fsum(map(_weight, one & other)) / everything if everything else 0.0


def _weight(word: str) -> float:
    return _COMMON_WEIGHT if word in _COMMON else 1.0


def _contradict(one: frozenset[str], other: frozenset[str]) -> bool:
    differing = one ^ other
    if any(word[0].isdecimal() or word in _NATIONS or word in _NOT for word in differing):
        return True
    first, second = one - other, other - one
    return bool((first & _IN_FAVOUR and second & _AGAINST) or (first & _AGAINST and second & _IN_FAVOUR))
