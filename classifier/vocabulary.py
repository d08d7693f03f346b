"""Which words of the lexicon a written word stands for: itself, its inflections, its likeliest misspellings."""

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
DIGITS = re.compile(r"\d+")
LONGEST_WORD = 24  # of a longer one its beginning: nobody's word, a key or a link
SHORTEST_CORRECTED = 5  # shorter words have too many neighbours
LONGEST_CORRECTED = 24
SHORT = 7  # below it a wrong letter is more often another word: only swapped, doubled or dropped letters are forgiven
LONG = 11  # from here on two slips are forgiven
ONE_SLIP = 0.79  # normalised similarity: 1 edit in 5 letters is 0.8
TWO_SLIPS = 0.81


def words(text: str) -> list[str]:
    return WORD.findall(text)


def stem(word: str) -> str:
    """Cut the endings of English verbs and plurals, the same way for lexicon and text; not a linguist's stem."""
    word = word.removesuffix("'s")
    if len(word) <= 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def masked(word: str) -> str:
    """As the model knows it. Numbers differ in each message; that one stands there is what counts."""
    short = word[:LONGEST_WORD]
    return short if short.isalpha() else DIGITS.sub("0", short)


class Spelling:
    """Corrects an unknown word to a known one that is a slip of the keyboard away.

    Neighbours are found by hash (each word under all its forms with one letter left out, long ones also under their
    first letters), so rapidfuzz only compares a handful.
    """

    def __init__(self, known: Iterable[str]) -> None:
        near: defaultdict[str, set[str]] = defaultdict(set)
        for word in known:
            if len(word) >= SHORTEST_CORRECTED and word.isalpha():
                for key in _keys(word):
                    near[key].add(word)
        self._near = {key: tuple(alike) for key, alike in near.items()}  # a fifth of what so many sets weigh

    def correct(self, word: str) -> str | None:
        if not SHORTEST_CORRECTED <= len(word) <= LONGEST_CORRECTED or not word.isalpha():
            return None
        near = {known for key in _keys(word) for known in self._near.get(key, ()) if known[0] == word[0]}
        if not near:
            return None
        cutoff = TWO_SLIPS if len(word) >= LONG else ONE_SLIP
        best = process.extractOne(word, sorted(near), scorer=OSA.normalized_similarity, score_cutoff=cutoff)
        if best is None or (len(word) < SHORT and len(best[0]) == len(word) and sorted(best[0]) != sorted(word)):
            return None
        return best[0]


def _keys(word: str) -> list[str]:
    keys = [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
    if len(word) >= LONG - 1:
        keys.append(word[:3] + "*")
    return keys
