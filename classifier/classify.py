"""The desk's classifier: a lexicon and a linear model, right from the first day, and what a site taught it since."""

from classifier.crowd import at_least_a_group, speaks_of_one_alone
from classifier.labelled import LabelledText
from classifier.lexicon import Axis
from classifier.linear import LinearModel, Scores, load
from classifier.opinion import Opinion, opinion
from classifier.reader import Read, Reader, shipped_reader
from classifier.reasons import Reasons, distinct
from classifier.site_layer import NO_LAYER, Example, SiteLayer, layer_from
from classifier.verdict import Doubt, Verdict
from intake.domain.label import Kind, Label, Level

SURE_OF_FOREIGN = 0.8  # what it takes to label a text in a language of which only some words are known
ONE_PERSONS = 0.8  # who is so likely alone with it wakes nobody, however much it burns
LEAST_TO_TELL = 4  # words of three letters and more, from which on one sees that a language was never learnt
LEAST_READ = 0.2  # share of them that the model must have met, unless a phrase is known


class TextClassifier:
    """Fits the desk's `Classifier` port. Safe from any thread; make one and keep it."""

    def __init__(
        self,
        *,
        abstain_below: float | None = None,
        reader: Reader | None = None,
        model: LinearModel | None = None,
        layer: SiteLayer = NO_LAYER,
    ) -> None:
        """`abstain_below`: a label less likely than this (0..1) is left to a person; None is the shipped threshold. Raises
        ConfigError where the shipped files are damaged."""
        self._reader, self._model, self._layer = reader or shipped_reader(), model or load(), layer
        settings = self._model.head.settings
        self._temperature, self.major_from = settings["temperature"], settings["major_from"]
        self._abstain_below = settings["abstain_below"] if abstain_below is None else abstain_below
        self.base_version = f"desk-{self._model.version}"
        self.version = f"{self.base_version}+{layer.version}" if layer is not NO_LAYER else self.base_version

    def with_layer(self, layer: bytes) -> "TextClassifier":
        """Shares what is compiled; b"" is the shipped model alone. Raises ConfigError on damaged bytes."""
        return TextClassifier(
            abstain_below=self._abstain_below, reader=self._reader, model=self._model, layer=layer_from(layer)
        )

    def classify(self, text: str) -> Label:
        """Label a message; of a long one its first 4,000 characters. Evidence quotes `text[start:end]`."""
        return self.judge(text).label

    def judge(self, text: str) -> Verdict:
        """The label, and what lies behind it."""
        read = self._reader.read(text)
        scores = self._model.scores(read.units)
        found = self._opinion(read, scores)
        needed = self._needed(read)
        doubt = self._doubt(read, found, needed)
        label = self._label(read, found, scores.share) if doubt is None else self._abstained()
        return Verdict(label, found, doubt, needed)

    def opinion(self, text: str) -> Opinion:
        """What it thinks before it decides whether to say so."""
        read = self._reader.read(text)
        return self._opinion(read, self._model.scores(read.units))

    def example(self, labelled: LabelledText) -> Example:
        """What a layer can learn from a message, beneath any layer."""
        read = self._reader.read(labelled.text)
        return Example(units=read.units, scores=self._model.scores(read.units).columns, labelled=labelled)

    def _opinion(self, read: Read, scores: Scores) -> Opinion:
        return opinion(self._layer.adjust(scores.columns, read.units), self._temperature)

    def _doubt(self, read: Read, found: Opinion, needed: float) -> Doubt | None:
        if not read.units.words:
            return Doubt.NO_WORDS
        if found.kind is Kind.NONE:
            return Doubt.NO_MATTER
        unread = self._is_unread(read)
        if self._is_major(read, found) or (found.kinds[found.kind] >= needed and not unread):
            return None
        return Doubt.FOREIGN if unread or read.weighed.foreign else Doubt.UNSURE

    def _is_unread(self, read: Read) -> bool:
        """Its pieces may remind of something, but hardly a word of it is known."""
        told = self._model.told
        if read.weighed.votes:
            return False
        words = [word for word in read.units.words if len(word) > 2 and word.isalpha()]
        return len(words) >= LEAST_TO_TELL and sum([told(word).known for word in words]) < LEAST_READ * len(words)

    def _is_major(self, read: Read, found: Opinion) -> bool:
        if found.kind is not Kind.INCIDENT or found.major < self.major_from:
            return False
        alone = found.impact[Level.LOW] > ONE_PERSONS and read.weighed.impact is Level.LOW
        return not (alone or speaks_of_one_alone(read.weighed, read.units.findings))

    def _label(self, read: Read, found: Opinion, share: float) -> Label:
        kind = found.kind
        said = read.weighed.impact if read.weighed.why_impact is not None else Level.LOW
        impact, urgency = found.levels(self._is_major(read, found), said)
        if kind is Kind.INCIDENT:
            impact, urgency = at_least_a_group(read.weighed, impact, urgency)
        if read.weighed.settled is not None:
            urgency = Level.LOW
        category = found.category(kind)
        reasons = Reasons(model=self._model, layer=self._layer, read=read, share=share)
        return Label(
            kind=kind,
            category=category,
            impact=impact,
            urgency=urgency,
            confidence=round(found.kinds[kind], 3),
            evidence=distinct(
                (
                    *reasons.of_category(category, found),
                    *reasons.of_level(Axis.IMPACT, impact),
                    *reasons.of_level(Axis.URGENCY, urgency),
                )
            ),
            version=self.version,
        )

    def _needed(self, read: Read) -> float:
        return max(self._abstain_below, SURE_OF_FOREIGN) if read.weighed.foreign else self._abstain_below

    def _abstained(self) -> Label:
        return Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version=self.version)
