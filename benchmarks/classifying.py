"""How long classifying and learning take, beside scikit-learn's TF-IDF and logistic regression in the same run:
`python -m benchmarks.classifying [--rounds 3]`. CPU time, so that neighbours on the machine count little.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import cycle, islice
from typing import Protocol, cast

from classifier.classify import TextClassifier
from classifier.evaluation_bootstrap import percentile
from classifier.labelled import LabelledText
from classifier.learning import learn
from classifier.linear import SHIPPED
from intake.domain.label import Category, Kind, Level

CORPUS = SHIPPED.parent / "corpus"
LENGTH = 500  # characters
MESSAGES = 400
WARM_UP = 50
LOADINGS = 7
LOADING = """
import time
begin = time.process_time()
from classifier.classify import TextClassifier
from classifier.linear import load
from classifier.reader import Reader
imported = time.process_time()
reader = Reader()
compiled = time.process_time()
model = load()
loaded = time.process_time()
TextClassifier(reader=reader, model=model).classify("The printer is down")
print(imported - begin, compiled - imported, loaded - compiled, time.process_time() - loaded)
"""


class Pipeline(Protocol):
    """As far as it is used here."""

    def fit(self, texts: Sequence[str], kinds: Sequence[str]) -> object: ...

    def predict_proba(self, texts: Sequence[str]) -> object: ...


def corpus() -> list[LabelledText]:
    return [_labelled(line) for file in sorted(CORPUS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]


def _labelled(line: str) -> LabelledText:
    row = cast(dict[str, str | int | None], json.loads(line))
    category = Category(str(row["category"])) if row["category"] else None
    return LabelledText(
        text=str(row["text"]),
        kind=category.kind if category else Kind.NONE,
        category=category,
        impact=Level(int(row["impact"] or Level.LOW)),
        urgency=Level(int(row["urgency"] or Level.LOW)),
    )


def of_length(texts: Sequence[str], length: int, count: int) -> list[str]:
    """Messages joined and cut: each has words that no other has."""
    order = random.Random(0)
    return [" ".join(order.sample(texts, 12)).ljust(length)[:length] for _ in range(count)]


def seconds(what: Callable[[], object]) -> float:
    begin = time.process_time()
    what()
    return time.process_time() - begin


def a_message(classify: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Median and 95th percentile, in seconds; the first ones are not counted."""
    taken = [seconds(lambda text=text: classify(text)) for text in texts]  # type: ignore[misc]
    rising = sorted(taken[WARM_UP:])
    return percentile(rising, 0.5), percentile(rising, 0.95)


def loading() -> Sequence[float]:
    """Medians of processes of their own: the imports, the lexicon, the model, the first message."""
    runs = []
    for _ in range(LOADINGS):
        ran = subprocess.run(
            [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True, cwd=SHIPPED.parents[1]
        )
        runs.append([float(value) for value in ran.stdout.split()])
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def corrections(rows: Sequence[LabelledText], count: int) -> list[LabelledText]:
    """The corpus in any order; where it is too short each further round of it ends in another word."""
    shuffled = random.Random(1).sample(list(rows), len(rows))
    return [
        replace(row, text=f"{row.text} {'' if turn < len(rows) else f'case{turn // len(rows)}x'}".rstrip())
        for turn, row in enumerate(islice(cycle(shuffled), count))
    ]


def scikit_learn() -> Pipeline | None:
    """None where it is not installed."""
    try:
        text, linear, parts = map(
            import_module, ("sklearn.feature_extraction.text", "sklearn.linear_model", "sklearn.pipeline")
        )
    except ImportError:
        return None
    words = text.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    pieces = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    features = parts.FeatureUnion([("words", words), ("pieces", pieces)])
    return cast(Pipeline, parts.make_pipeline(features, linear.LogisticRegression(max_iter=1_000)))


def show_loading() -> None:
    imports, lexicon, model, first = loading()
    _say(f"loading, in a process of its own, medians of {LOADINGS}")
    _say(f"  lexicon and model   {(lexicon + model) * 1e3:9.1f} ms   ({lexicon * 1e3:.1f} + {model * 1e3:.1f})")
    _say(f"  the imports before  {imports * 1e3:9.1f} ms   (Python's own and rapidfuzz)")
    _say(f"  the first message   {first * 1e3:9.1f} ms")
    _say(f"  the model's file    {SHIPPED.stat().st_size:9,} bytes")


def show_classifying(rows: Sequence[LabelledText], rounds: int) -> None:
    texts = [row.text for row in rows]
    messages = of_length(texts, LENGTH, MESSAGES)
    theirs = scikit_learn()
    if theirs is not None:
        fitting = seconds(lambda: theirs.fit(texts, [row.kind.value for row in rows]))
        _say(f"scikit-learn fitted to the corpus in {fitting:.1f} s")
    ours_seen, theirs_seen = [], []
    for _ in range(rounds):
        ours_seen.append(a_message(TextClassifier().classify, messages))
        if theirs is not None:
            theirs_seen.append(a_message(lambda text: theirs.predict_proba([text]), messages))
    _say(f"a message of {LENGTH} characters, medians of {rounds} rounds with {MESSAGES - WARM_UP} messages")
    ours = [statistics.median(column) for column in zip(*ours_seen, strict=True)]
    _say(f"  label and reasons   {ours[0] * 1e6:9,.0f} µs median, {ours[1] * 1e6:,.0f} µs p95")
    if theirs_seen:
        other = [statistics.median(column) for column in zip(*theirs_seen, strict=True)]
        _say(f"  scikit-learn, kind  {other[0] * 1e6:9,.0f} µs median, {other[1] * 1e6:,.0f} µs p95")
        _say(f"  ratio               {ours[0] / other[0]:9.2f} median, {ours[1] / other[1]:.2f} p95")
    else:
        _say("  scikit-learn: not installed: pip install .[train]")


def show_large(classifier: TextClassifier, texts: Sequence[str]) -> None:
    prose = " ".join(texts) * (1 + (1 << 20) // max(1, sum(map(len, texts))))
    large = {"one letter": "a" * (1 << 20), "prose": prose[: 1 << 20], "blanks, then a word": " " * (1 << 20) + "down"}
    _say("a text of 1 MB")
    for title, text in large.items():
        taken = statistics.median(seconds(lambda text=text: classifier.classify(text)) for _ in range(5))  # type: ignore[misc]
        _say(f"  {title:19} {taken * 1e3:9.2f} ms")


def show_learning(classifier: TextClassifier, rows: Sequence[LabelledText]) -> None:
    _say("learning, validation on held-out ones included")
    for count in (200, 10_000):
        taught = corrections(rows, count)
        begin = time.process_time()
        lesson = learn(taught, classifier)
        taken = time.process_time() - begin
        _say(f"  {count:6,} corrections  {taken:9.2f} s, a layer of {len(lesson.layer):,} bytes")


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    rows = corpus()
    show_loading()
    show_classifying(rows, chosen.rounds)
    classifier = TextClassifier()
    show_large(classifier, [row.text for row in rows])
    show_learning(classifier, rows)


if __name__ == "__main__":
    main()
