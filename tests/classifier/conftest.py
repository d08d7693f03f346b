"""One compiled classifier for all tests of this room."""

import pytest

from classifier.classify import TextClassifier
from tests.classifier.shared import CLASSIFIER


@pytest.fixture(scope="session")
def classifier() -> TextClassifier:
    return CLASSIFIER
