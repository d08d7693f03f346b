"""The desk's reader from day one: words in a lexicon, no training and no network."""

from pathlib import Path

from classifier.lexicon import SHIPPED, load
from classifier.normalise import normalise
from classifier.phrase_index import PhraseIndex
from classifier.weigh import weigh
from intake.domain.label import Label


class LexiconClassifier:
    """Fits the desk's `Classifier` port. Safe from any thread; make one and keep it, it compiles the lexicon."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Raises ConfigError that names the lexicon's wrong entry."""
        lexicon = load(path)
        self._index = PhraseIndex(lexicon)
        self.version = lexicon.version

    def classify(self, text: str) -> Label:
        """Label a message; of a long one its first 4,000 characters. Evidence quotes `text[start:end]`."""
        normalised = normalise(text)
        return weigh(self._index.read(normalised.text), normalised, self.version)
