"""One compiled lexicon for all tests of this room."""

import pytest

from classifier.classify import LexiconClassifier


@pytest.fixture(scope="session")
def lexicon() -> LexiconClassifier:
    return LexiconClassifier()
