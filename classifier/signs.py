"""Words that tell who is hit and how fast harm grows, by what they stand for: for levels the model weighs the sign beside the
word.

A word that stood in no message it learnt from ("nobody", in a language of which it read thirty messages) still says what its
sign says. Read from signs.toml.
"""

import tomllib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from intake.domain.errors import ConfigError

SHIPPED = Path(__file__).with_name("signs.toml")
SIGN = "@!"  # begins the name of each
CROWDS = ((2, "few"), (10, "tens"), (100, "hundreds"))  # so many of them
MOST_COUNTED = 50_000  # beyond it a number of something else
LONGEST_NUMBER = 9  # letters or digits
COUNTED_WITHIN = 3  # words after a number in which stands who was counted
HOURS = 24
LEAD = 90  # characters: what stands in them is told once more, as it is what the rest is about
MINUTES = 2  # digits


class Signs:
    """Safe from any thread."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Raises ConfigError."""
        try:
            table = tomllib.loads(path.read_text("utf-8"))
            signs = cast(Mapping[str, Sequence[str]], table["signs"])
            self._numbers = {str(word): int(number) for word, number in cast(Mapping[str, int], table["numbers"]).items()}
            self._counted = frozenset(cast(Sequence[str], table["counted"]["words"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path} cannot be read ({error}): reinstall the package") from error
        of_word: defaultdict[str, list[str]] = defaultdict(list)
        for name, words in signs.items():
            for word in words:
                of_word[word].append(SIGN + name)
        self._of_word, self._words = dict(of_word), frozenset(of_word)

    def within(self, spoken: Sequence[str], starts: Sequence[int]) -> Collection[str]:
        """Of a text's words and pauses, and where each begins."""
        lead = bisect_left(starts, LEAD)
        in_lead = self._told(spoken[:lead], starts[:lead])
        found = self._told(spoken, starts) if lead < len(spoken) else in_lead
        return [*found, *(f"{sign}^" for sign in in_lead)]

    def of(self, word: str) -> Sequence[str]:
        return self._of_word.get(word, ())

    def _told(self, spoken: Sequence[str], starts: Sequence[int]) -> Collection[str]:
        found = {sign for word in self._words.intersection(spoken) for sign in self._of_word[word]}
        found.update(self._of_numbers(spoken, starts))
        return sorted(found)

    def _of_numbers(self, spoken: Sequence[str], starts: Sequence[int]) -> Iterator[str]:
        places = [place for place, word in enumerate(spoken) if word.isdecimal() or word in self._numbers]
        for place in places:
            word = spoken[place]
            if len(word) > LONGEST_NUMBER:
                continue
            number = self._numbers[word] if word in self._numbers else int(word)
            if number <= HOURS and _is_clock(spoken, starts, place):
                yield f"{SIGN}clock"
            if not self._counted.isdisjoint(spoken[place + 1 : place + 1 + COUNTED_WITHIN]):
                crowd = [name for least, name in CROWDS if least <= number < MOST_COUNTED]
                if crowd:
                    yield SIGN + crowd[-1]


def _is_clock(spoken: Sequence[str], starts: Sequence[int], place: int) -> bool:
    """16:30, 16.30: two numbers with one mark between."""
    after = place + 1
    return (
        after < len(spoken)
        and spoken[after].isdecimal()
        and len(spoken[after]) == MINUTES
        and starts[after] - starts[place] - len(spoken[place]) == 1
    )
