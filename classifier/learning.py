"""Learning from a site's own corrections: fit a layer, and let it in only where it does better on what it has not seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifier.classify import TextClassifier
from classifier.evaluation import macro_f1
from classifier.labelled import LabelledText
from classifier.opinion import opinion
from classifier.site_layer import Example, layer_from, teach
from intake.domain.errors import PolicyViolation
from intake.domain.label import Kind

FEWEST = 20  # below that there is nothing to validate on
MOST = 20_000  # the newest
FOLDS = 5
FOLDED = 1_000  # of more than that, the newest fifth alone is held out


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a refit came to. `before` and `after` are macro-F1 of the kind on messages that were held out, without any layer
    and with one fitted on the rest; `gained` and `lost` count the messages that one of both got right and the other wrong.
    `layer` is fitted on all of them, whether it is better or not."""

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
        return self.gained > self.lost and self.after > self.before


def learn(examples: Sequence[LabelledText], classifier: TextClassifier) -> Lesson:
    """`examples` are what people corrected or confirmed, the newest last. Takes seconds for 10,000. The same examples give the
    same bytes. Raises PolicyViolation where they are too few, or all of one kind."""
    if len(examples) < FEWEST or len({one.kind for one in examples}) < 2:
        raise PolicyViolation(
            f"{len(examples)} corrected tickets: it takes {FEWEST}, of two kinds at least, before the desk can learn from them"
        )
    bare = classifier.with_layer(b"")
    seen = [bare.example(one) for one in examples[-MOST:]]
    true: list[Kind] = []
    before: list[Kind] = []
    after: list[Kind] = []
    for taught, held in _splits(seen):
        fitted = layer_from(teach(taught))
        for example in held:
            true.append(example.labelled.kind)
            before.append(opinion(example.scores, 1.0).kind)
            after.append(opinion(fitted.adjust(example.scores, example.units), 1.0).kind)
    layer = teach(seen)
    outcomes = list(zip(true, before, after, strict=True))
    return Lesson(
        layer=layer,
        version=layer_from(layer).version,
        learnt_from=len(seen),
        held_out=len(true),
        before=macro_f1(true, before),
        after=macro_f1(true, after),
        gained=sum(was is not right and now is right for right, was, now in outcomes),
        lost=sum(was is right and now is not right for right, was, now in outcomes),
    )


def _splits(seen: Sequence[Example]) -> Iterator[tuple[Sequence[Example], Sequence[Example]]]:
    """Each example is held out once; of many, only the newest are."""
    if len(seen) > FOLDED:
        edge = len(seen) * (FOLDS - 1) // FOLDS
        yield seen[:edge], seen[edge:]
        return
    for fold in range(FOLDS):
        yield [one for place, one in enumerate(seen) if place % FOLDS != fold], seen[fold::FOLDS]
