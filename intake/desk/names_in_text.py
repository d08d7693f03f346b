"""Finding a site's own names in what people write: whole words, any case, with a plural, a hyphen or an accent too many."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

LONGEST_READ = 4_000  # characters, from the first visible one: as much as is classified
LONGEST_NAME = 80
MOST_WORDS = 8  # of a name
RUN_TOGETHER = 6  # letters: from here on "web shop", "web-shop" and "webshop" are the same
PLURAL = 3  # letters: a shorter name has no plural

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_JOINT = re.compile(r"(?:[ \t\u00a0]{1,3}|[ \t]?[-‐‑–_/&+][ \t]?|\.|[ \t]?\r?\n)\Z")
_UNMARKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})

T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """What a name stands for, and where it was named: text[start:end]."""

    what: T
    start: int
    end: int


class NamesInText(Generic[T]):
    """Reading takes time in proportion to what is read, however many names there are."""

    def __init__(self, names: Mapping[str, T]) -> None:
        """Raises ValueError for a name without a letter or digit."""
        self._names: dict[str, list[tuple[int, T]]] = {}
        self._most = 0
        for name, what in names.items():
            words = words_of(name)
            if not words:
                raise ValueError(f"{name!r} has no word in it")
            self._names.setdefault("".join(words), []).append((len(words), what))
            self._most = max(self._most, len(words))
        self._begins = frozenset(key[:1] for key in self._names)

    def find(self, text: str) -> list[Found[T]]:
        """In their order; of names that overlap the longest."""
        if not self._names:
            return []
        start = len(text) - len(text.lstrip())
        words = [(plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(text, start, start + LONGEST_READ)]
        found: list[Found[T]] = []
        place = 0
        while place < len(words):
            named, took = self._at(place, words, text) if words[place][0][:1] in self._begins else (None, 1)
            if named is not None:
                found.append(named)
            place += took
        return found

    def _at(self, place: int, words: list[tuple[str, int, int]], text: str) -> tuple[Found[T] | None, int]:
        """The longest name that begins with this word, and how many words it takes. What is written apart may be one word of
        the name, so one more than it has is tried."""
        best: Found[T] | None = None
        took, joined = 1, ""
        for count in range(1, self._most + 2):
            last = place + count - 1
            if last >= len(words) or (count > 1 and not _JOINT.match(text[words[last - 1][2] : words[last][1]])):
                break
            joined += words[last][0]
            for key in _singular(joined):
                for size, what in self._names.get(key, ()):
                    if size == count or len(key) >= RUN_TOGETHER:
                        best, took = Found(what, words[place][1], words[last][2]), count
        return best, took


def words_of(name: str) -> list[str]:
    return [plain(word) for word in _WORD.findall(name)]


def key_of(name: str) -> str:
    """Two names with the same key cannot be told apart."""
    return "".join(words_of(name))


def plain(word: str) -> str:
    """Without case, accents and a genitive."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word.translate(_UNMARKED)) if not unicodedata.combining(c))
        word = word.replace("’", "'")
    return word.casefold().translate(_UNMARKED).removesuffix("'s").replace("'", "")


def _singular(word: str) -> tuple[str, ...]:
    """As it stands, and as it might stand in the list."""
    if len(word) <= PLURAL or not word.endswith("s") or word.endswith("ss"):
        return (word,)
    return (word, word[:-1], word[:-2]) if word.endswith("es") else (word, word[:-1])
