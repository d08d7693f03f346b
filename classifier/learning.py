"""Learning from a site's own corrections: fit a layer, and let it in only where it does better on what it has not seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classifier.classify import TextClassifier
from classifier.evaluation import macro_f1
from classifier.features import Units
from classifier.labelled import LabelledText
from classifier.opinion import MAJOR_PAIRS, Opinion, opinion
from classifier.site_layer import Example, SiteLayer, layer_from, teach
from intake.domain.errors import PolicyViolation

FEWEST = 20  # below that there is nothing to validate on
MOST = 20_000  # the newest
FOLDS = 5
FOLDED = 1_000  # of more than that, the newest fifth alone is held out


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a refit came to. `before` and `after` are macro-F1 of the kind on messages that were held out, without any layer
    and with one fitted on the rest; `gained` and `lost` count the messages of which one of both got kind and category right
    and the other did not. `layer` is fitted on all of them, whether it is better or not."""

    layer: bytes
    version: str
    learnt_from: int
    held_out: int
    before: float
    after: float
    gained: int
    lost: int

    @property
    def better(self) -> bool:
        return self.gained > self.lost and self.after >= self.before


class Trial(NamedTuple):
    """A message that was held out, as it is without a layer and with one; majors are P1 or P2."""

    labelled: LabelledText
    before: Opinion
    after: Opinion
    was_major: bool
    is_major: bool


def learn(examples: Sequence[LabelledText], classifier: TextClassifier) -> Lesson:
    """`examples` are what people corrected or confirmed, the newest last; of those that read alike only the newest counts.
    Takes seconds for 10,000. The same examples give the same bytes. Raises PolicyViolation where they are too few, or all of
    one kind."""
    bare = classifier.with_layer(b"")
    newest: dict[Units, Example] = {}
    for one in examples[-MOST:]:
        example = bare.example(one)
        newest.pop(example.units, None)
        newest[example.units] = example
    seen = list(newest.values())
    if len(seen) < FEWEST or len({one.labelled.kind for one in seen}) < 2:
        raise PolicyViolation(
            f"{len(seen)} different labelled tickets are too few: it takes {FEWEST}, of two kinds, before the desk can learn"
        )
    trials = [
        _trial(example, fitted, bare.major_from)
        for taught, held in _splits(seen)
        for fitted in [layer_from(teach(taught))]
        for example in held
    ]
    layer = teach(seen, levels=_levels_gain(trials))
    outcomes = [(_is_right(trial.before, trial.labelled), _is_right(trial.after, trial.labelled)) for trial in trials]
    true = [trial.labelled.kind for trial in trials]
    return Lesson(
        layer=layer,
        version=layer_from(layer).version,
        learnt_from=len(seen),
        held_out=len(trials),
        before=macro_f1(true, [trial.before.kind for trial in trials]),
        after=macro_f1(true, [trial.after.kind for trial in trials]),
        gained=sum(now and not was for was, now in outcomes),
        lost=sum(was and not now for was, now in outcomes),
    )


def _trial(example: Example, fitted: SiteLayer, major_from: float) -> Trial:
    before = opinion(example.scores, 1.0)
    after = opinion(fitted.adjust(example.scores, example.units), 1.0)
    return Trial(example.labelled, before, after, before.major >= major_from, after.major >= major_from)


def _is_right(said: Opinion, labelled: LabelledText) -> bool:
    """Of kind and, where somebody judged it, category."""
    if said.kind is not labelled.kind:
        return False
    return labelled.category is None or said.category(said.kind) is labelled.category


def _levels_gain(trials: Iterable[Trial]) -> bool:
    """Would more messages be rightly a P1 or P2, or rightly none? Where nobody said what they were, as they are is right."""
    gained = lost = 0
    for labelled, _, _, was, now in trials:
        if was is not now:
            known = labelled.impact is not None and labelled.urgency is not None
            if known and now is ((labelled.impact, labelled.urgency) in MAJOR_PAIRS):
                gained += 1
            else:
                lost += 1
    return gained > lost


def _splits(seen: Sequence[Example]) -> Iterator[tuple[Sequence[Example], Sequence[Example]]]:
    """Each example is held out once; of many, only the newest are."""
    if len(seen) > FOLDED:
        edge = len(seen) * (FOLDS - 1) // FOLDS
        yield seen[:edge], seen[edge:]
        return
    for fold in range(FOLDS):
        yield [one for place, one in enumerate(seen) if place % FOLDS != fold], seen[fold::FOLDS]
