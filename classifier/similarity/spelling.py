"""A slip of the keyboard in a word that is known: swapped, doubled, dropped or neighbouring letters, the first one included."""

from collections.abc import Mapping

from rapidfuzz.distance import OSA

SHORTEST, LONGEST = 3, 20  # letters
ANY_SLIP = 5  # letters; in a shorter word a wrong letter is more often another word: only swapped and doubled ones are forgiven
FOREMOST, LAST = 0, 9  # ranks; words of the foremost decide: in these a letter more or less counts from four letters on


class Slips:
    """Finds by hash: every known word stands under itself with each one letter left out. Pure once made."""

    def __init__(self, ranks: Mapping[str, int], common: frozenset[str] = frozenset()) -> None:
        """Of words that are equally near, that of the lowest rank is taken. Neither those nor `common` ones are corrected."""
        self._ranks = ranks
        self._common = common
        self._near: dict[str, str] = {}  # words in one text: a list for each of 40,000 forms takes megabytes
        for word in sorted({*ranks, *common}):
            if SHORTEST <= len(word) <= LONGEST and word.isalpha() and (len(word) >= ANY_SLIP or word in ranks):
                for form in _with_one_left_out(word):
                    there = self._near.get(form)
                    self._near[form] = word if there is None else f"{there} {word}"

    def correct(self, word: str) -> tuple[str, bool]:
        """To a ranked word, or as it stands; and whether it is then perhaps a `common` one mistyped, or a name."""
        if word in self._ranks or word in self._common or not SHORTEST <= len(word) <= LONGEST + 1 or not word.isalpha():
            return word, False
        found = {
            known
            for form in _with_one_left_out(word)
            for known in self._near.get(form, "").split()
            if self._a_slip(word, known)
        }
        best = min(found, key=lambda known: self._order(word, known), default=word)
        return (best, False) if best in self._ranks else (word, bool(found))

    def _order(self, word: str, known: str) -> tuple[int, bool, bool, bool, str]:
        rank = self._ranks.get(known, LAST)
        return rank, not _swapped(word, known), known not in self._common, known[0] != word[0], known

    def _a_slip(self, word: str, known: str) -> bool:
        if OSA.distance(word, known, score_cutoff=1) > 1:
            return False
        shortest = ANY_SLIP - 1 if self._ranks.get(known) == FOREMOST else ANY_SLIP
        return max(len(word), len(known)) >= shortest or _swapped(word, known) or _doubled(word, known)


def _swapped(word: str, known: str) -> bool:
    return len(word) == len(known) and sorted(word) == sorted(known)


def _doubled(word: str, known: str) -> bool:
    return len(word) == len(known) + 1 and any(
        word[:place] + word[place + 1 :] == known for place in range(1, len(word)) if word[place] == word[place - 1]
    )


def _with_one_left_out(word: str) -> list[str]:
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
