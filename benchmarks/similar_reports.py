"""How long it takes to find the reports that resemble one, beside rapidfuzz over all of them in the same run, and how well they
are told apart: `python -m benchmarks.similar_reports [--reports 100000] [--held-back]`. CPU time of one core.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.classifying import corpus
from classifier.evaluation_bootstrap import percentile
from classifier.similarity.reading import Reader
from classifier.similarity.window import RecentReports
from intake.desk.ports_of_storms import Report
from tests.classifier.similarity.measuring import UNLIKE_IN_A_STORM, grouping, pairs, words_alone
from tests.classifier.similarity.outage_reports import HELD_BACK, NOON, SITES, TUNING, Collection, collection, filled, report

ALIKE = 0.6
THRESHOLDS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
SENTENCES = (1, 1, 2, 3, 4)  # of a report
NAMED = 0.4  # of the reports name a site
LOOK_UPS, SCANS = 2_000, 8
SYLLABLES = ("ka", "ro", "mi", "ten", "sul", "bra", "vo", "quin", "der", "lop", "az", "fi")
FLOOD = "Hello, the VPN is down since this morning, nobody in our team can connect from home"


def reports(count: int, order: random.Random, first: int = 0) -> list[Report]:
    """Sentences of the corpus in any mixture, each report with a name and a number that no other has."""
    sentences = [part for row in corpus() for part in row.text.replace("\n", ". ").split(". ") if len(part) > 15]
    made = []
    for ticket in range(first, first + count):
        words = ". ".join(order.sample(sentences, order.choice(SENTENCES)))
        text = f"{words} {''.join(order.choices(SYLLABLES, k=4))} host{order.randrange(10**6)}"
        sites = frozenset({order.choice(list(SITES))} if order.random() < NAMED else ())
        made.append(Report(ticket=ticket, at=NOON + timedelta(milliseconds=18 * ticket), text=text, sites=sites))
    return made


def memory() -> float:
    """MB of this process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def each(what: Callable[[Report], object], over: Sequence[Report]) -> tuple[float, float, float]:
    """Median, 99th percentile and sum, in seconds."""
    taken = []
    for one in over:
        begin = time.process_time()
        what(one)
        taken.append(time.process_time() - begin)
    rising = sorted(taken)
    return percentile(rising, 0.5), percentile(rising, 0.99), sum(taken)


def look_up(window: RecentReports) -> Callable[[Report], object]:
    return lambda one: window.like(one, since=NOON - timedelta(hours=1), alike=ALIKE, most=20)


def scan(texts: Sequence[str], scorer: Callable[..., float]) -> Callable[[Report], object]:
    return lambda one: process.extract(one.text, texts, scorer=scorer, score_cutoff=60, limit=20)


def asked(order: random.Random) -> list[Report]:
    outages = [filled(text, outage.site, order) for outage in collection(TUNING).outages for text in outage.reports]
    return [*reports(LOOK_UPS, order, 10**7), *(report(2 * 10**7 + at, text) for at, text in enumerate(outages * 3))]


def show_speed(count: int) -> None:
    order = random.Random(1)
    remembered, questions = reports(count, order), asked(order)
    reader = Reader()
    ours = 0.0
    for size in (1_000, count):
        window, before = RecentReports(reader), memory()
        median, worst, total = each(window.remember, remembered[:size])
        _say(f"{size:,} reports remembered in {total:.1f} s, {memory() - before:.0f} MB")
        _say(f"  one more        {median * 1e3:9.3f} ms median, {worst * 1e3:.3f} p99")
        ours, worst, _ = each(look_up(window), questions)
        _say(f"  a look-up       {ours * 1e3:9.3f} ms median, {worst * 1e3:.3f} p99")
    texts = [one.text for one in remembered]
    for name, scorer in (("ratio", fuzz.ratio), ("token_set_ratio", fuzz.token_set_ratio)):
        theirs, _, _ = each(scan(texts, scorer), questions[:SCANS])
        _say(f"  rapidfuzz over all, {name:15} {theirs * 1e3:9.1f} ms median, {theirs / ours:,.0f} times ours")
    large = {"one letter": "a" * (1 << 20), "prose": (FLOOD * 20_000)[: 1 << 20], "not": "not " * (1 << 18)}
    for name, text in large.items():
        sent = [replace(one, text=text) for one in questions[:5]]
        taken, _, _ = each(RecentReports(reader).remember, sent)
        _say(f"  1 MB of {name:12} {taken * 1e3:4.2f} ms")


def show_flood(count: int) -> None:
    window = RecentReports()
    alike = [Report(ticket=at, at=NOON, text=f"{FLOOD} {at}") for at in range(count)]
    _, _, total = each(window.remember, alike)
    median, worst, _ = each(look_up(window), [replace(one, ticket=10**7) for one in alike[: LOOK_UPS // 2]])
    _say(f"{count:,} reports in the same words, remembered in {total:.1f} s")
    _say(f"  a look-up       {median * 1e3:9.3f} ms median, {worst * 1e3:.3f} p99")
    _, worst, total = each(lambda one: window.forget(one.ticket), random.Random(2).sample(alike, count))
    _say(f"  forgotten in any order in {total:.1f} s, one in {worst * 1e3:.3f} ms p99")


def show_quality(title: str, these: Collection) -> None:
    reported, near = sum(len(outage.reports) for outage in these.outages), sum(map(len, these.near.values()))
    _say(f"{title}: {reported} reports of {len(these.outages)} outages, each as it stands and mistyped; {near} near misses")
    plain = words_alone()
    for name, reader, named in (
        ("with desk.toml's names", Reader(), True),
        ("without names", Reader(), False),
        ("without the table", plain, True),
        ("without both", plain, False),
    ):
        found = pairs(these, reader, named=named)
        _say(f"  {name}: recall and precision of pairs by threshold; reports of two outages, near misses")
        for alike in THRESHOLDS:
            wrong = [sum(score >= alike for score in scores) for scores in (found.others, found.near)]
            _say(f"    {alike:.2f}  {found.recall(alike):6.3f} {found.precision(alike):6.3f}   "
                 f"{wrong[0]} of {len(found.others):,}, {wrong[1]} of {len(found.near):,}")  # fmt: skip
        groups = [grouping(outage, these.near, reader, alike=ALIKE, named=named) for outage in these.outages]
        kept_apart = [grouping(outage, these.near, reader, alike=ALIKE, named=named, by_site=True) for outage in these.outages]
        shares = [group.found for group in groups]
        joined = [text for group in groups for text in group.joined]
        _say(f"    200 alike among {UNLIKE_IN_A_STORM} unlike in 5 minutes, joined where they are {ALIKE} alike")
        _say(f"      found {statistics.mean(shares):.3f} on average, {min(shares):.3f} at worst; unlike joined: {len(joined)}")
        wrongly = sum(len(group.joined) for group in kept_apart)
        apart = statistics.mean(group.found for group in kept_apart)
        _say(f"      the same, where groups that name different sites stay apart: {apart:.3f}; {wrongly}")
        for group in groups:
            _say(f"      {group.outage:11} {group.found:.3f}  {'; '.join(group.joined)}")


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--held-back", action="store_true", help="also judge by the reports that nothing was tuned on")
    chosen = parser.parse_args()
    show_quality("tuned on", collection(TUNING))
    if chosen.held_back:
        show_quality("held back", collection(HELD_BACK))
    show_speed(chosen.reports)
    show_flood(chosen.reports)


if __name__ == "__main__":
    main()
