"""What learning would bring: the shipped model beside itself after it was taught, on messages that it was not taught with."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from classifier.classify import TextClassifier
from classifier.evaluation_case import Case, Decides, Judged, answered
from classifier.learning import MOST
from classifier.site_layer import Example, teach
from intake.domain.errors import PolicyViolation
from intake.domain.label import Kind

FOLDS = 5
REPETITIONS = 5
MOST_REPEATED = 2_000  # messages over all repetitions: of many, chance moves little
FEWEST = 20  # distinct messages, so that each fold holds out a few


def taught_with(examples: Sequence[Judged], shipped: TextClassifier) -> TextClassifier:
    """Of very many the last ones count, as they do with learning. Raises PolicyViolation where there are none."""
    if not examples:
        raise PolicyViolation("there is nothing to learn from")
    return shipped.with_layer(teach([shipped.example(one.labelled) for one in examples[-MOST:]]))


def repetitions(messages: int) -> int:
    return max(1, min(REPETITIONS, MOST_REPEATED // messages))


def cross_validated(messages: Sequence[Judged], shipped: TextClassifier, decides: Decides) -> Sequence[list[Case]]:
    """Each message is answered by the shipped model taught with four fifths of the others; one list for each repetition.
    The same text is never on both sides. Raises PolicyViolation where they are too few."""
    distinct = len({message.labelled.text for message in messages})
    if distinct < FEWEST:
        raise PolicyViolation(f"{distinct} different messages: it takes {FEWEST} to teach with some and try on the others")
    examples = [shipped.example(message.labelled) for message in messages]
    return [_once(messages, examples, shipped, decides, seed) for seed in range(repetitions(len(messages)))]


def _once(
    messages: Sequence[Judged], examples: Sequence[Example], shipped: TextClassifier, decides: Decides, seed: int
) -> list[Case]:
    cases: dict[int, Case] = {}
    for held in _folds(messages, seed):
        rest = set(range(len(messages))) - set(held)
        taught = shipped.with_layer(teach([examples[place] for place in sorted(rest)][-MOST:]))
        for place, case in zip(held, answered(taught, [messages[place] for place in held], decides), strict=True):
            cases[place] = case
    return [cases[place] for place in range(len(messages))]


def _folds(messages: Sequence[Judged], seed: int) -> Iterator[Sequence[int]]:
    """Each kind is dealt out evenly."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        places[message.labelled.text].append(place)
    alike = list(places.values())
    random.Random(seed).shuffle(alike)  # noqa: S311
    order = list(Kind)
    alike.sort(key=lambda group: order.index(messages[group[0]].labelled.kind))
    for fold in range(FOLDS):
        yield [place for group in alike[fold::FOLDS] for place in group]


def without(messages: Sequence[Judged], others: Sequence[Judged]) -> list[Judged]:
    """Those whose text is none of the others': what is measured must not have been learnt."""
    texts = {_folded(other) for other in others}
    return [message for message in messages if _folded(message) not in texts]


def _folded(message: Judged) -> str:
    return " ".join(message.labelled.text.casefold().split())
