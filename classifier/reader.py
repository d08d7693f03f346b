"""A text as the classifier sees it: normalised, read by the lexicon, weighed by its rules, cut into units."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.features import Units, units
from classifier.lexicon import SHIPPED, load
from classifier.normalise import Normalised, normalise
from classifier.phrase_index import PhraseIndex, Reading
from classifier.signs import Signs
from classifier.weigh import Weighed, weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    normalised: Normalised
    reading: Reading
    weighed: Weighed
    units: Units
    signs: Signs


class Reader:
    """Safe from any thread; make one and keep it, it compiles the lexicon."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Raises ConfigError that names the lexicon's wrong entry."""
        lexicon = load(path)
        self._index = PhraseIndex(lexicon)
        self._signs = Signs()
        self.version = lexicon.version

    def read(self, text: str) -> Read:
        normalised = normalise(text)
        reading = self._index.read(normalised.text)
        weighed = weigh(reading)
        told = units(reading, weighed, self._signs.within(reading.spoken, reading.starts))
        return Read(normalised=normalised, reading=reading, weighed=weighed, units=told, signs=self._signs)


@cache
def shipped_reader() -> Reader:
    """One for the whole process: whoever labels and whoever compares read alike."""
    return Reader()
