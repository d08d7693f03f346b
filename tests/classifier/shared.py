"""The shipped classifier, compiled once: property tests cannot take it from a fixture."""

from classifier.classify import TextClassifier

CLASSIFIER = TextClassifier()
