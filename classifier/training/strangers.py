"""`python -m classifier.training.strangers`: what corrections gain at a site whose hands the model has never read.

Each file of the corpus is such a site in turn: the model is fitted on the others, learns from some of its messages and is
measured on the rest of them.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from statistics import fmean

from classifier.evaluation import macro_f1
from classifier.opinion import opinion
from classifier.reader import Reader
from classifier.site_layer import Example, layer_from, teach
from classifier.training.corpus import samples
from classifier.training.fitting import bag, fit

CORRECTIONS = (25, 100, 200)
ROUNDS = 5


def main() -> None:
    reader = Reader()
    rows = samples()
    units = [reader.read(row.labelled.text).units for row in rows]
    bags = [bag(one) for one in units]
    sites = [row.style.partition("/")[0] for row in rows]
    for site in sorted(set(sites)):
        rest = [place for place, name in enumerate(sites) if name != site]
        own = [place for place, name in enumerate(sites) if name == site]
        fitted = fit([bags[place] for place in rest], [rows[place].labelled for place in rest])
        examples = [
            Example(units=units[place], scores=list(map(float, scores)), labelled=rows[place].labelled)
            for place, scores in zip(own, fitted.scores([bags[place] for place in own]), strict=True)
        ]
        sys.stdout.write(f"{site:12}{'  '.join(_gains(examples))}\n")
        sys.stdout.flush()


def _gains(examples: Sequence[Example]) -> Iterator[str]:
    for corrections in CORRECTIONS:
        before, after = [], []
        for seed in range(ROUNDS):
            mixed = random.Random(seed).sample(examples, len(examples))  # noqa: S311
            taught, held = mixed[:corrections], mixed[corrections:]
            before.append(_measure(held, b""))
            after.append(_measure(held, teach(taught)))
        yield f"{corrections}: {fmean(before):.3f} -> {fmean(after):.3f}"


def _measure(examples: Sequence[Example], raw: bytes) -> float:
    layer = layer_from(raw)
    said = [opinion(layer.adjust(one.scores, one.units), 1.0).kind for one in examples]
    return macro_f1([one.labelled.kind for one in examples], said)


if __name__ == "__main__":
    main()
