"""An evaluation as one picture: an SVG that needs nothing beside it, readable on light and on dark pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from channels.cli.evaluated import Evaluation, Report
from channels.cli.terminal import counted, in_one_line
from classifier.evaluation_bootstrap import Measure
from classifier.evaluation_measures import SUREST, Surest, surest

WIDTH, HEIGHT = 860, 496
SIDE = 330  # of a panel's square
TOP = 96
SURE_FROM = 10  # messages: the share of fewer of them jumps about
MOST_POINTS = 240  # of a curve
LARGEST_DOT, SMALLEST_DOT = 14.0, 3.0  # radius
LONGEST_NAME = 60
STYLE = """
svg { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --first: #0969da; --second: #bc4c00; }
@media (prefers-color-scheme: dark) {
  svg { --page: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d; --first: #4493f8; --second: #f0883e; }
}
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.title { font-size: 17px; font-weight: 600; }
.soft { fill: var(--soft); font-size: 12px; }
.page { fill: var(--page); }
.grid { stroke: var(--line); stroke-width: 1; fill: none; }
.ideal { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
.first { --it: var(--first); }
.second { --it: var(--second); }
.curve { stroke: var(--it); stroke-width: 2.5; fill: none; stroke-linejoin: round; }
.bar { stroke: var(--it); stroke-width: 1.5; fill: none; }
.dot { fill: var(--it); fill-opacity: 0.75; stroke: var(--page); stroke-width: 1; }
.second .dot { fill-opacity: 0.55; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A square with its lower left corner at (`left`, `foot`). Its values lie between 0 and 1 across, `least` and 1 upwards."""

    left: float
    least: float
    foot: float = TOP + SIDE

    def x(self, value: float) -> float:
        return round(self.left + SIDE * value, 1)

    def y(self, value: float) -> float:
        inside = (max(value, self.least) - self.least) / (1 - self.least)
        return round(self.foot - SIDE * inside, 1)


def drawn(of: Evaluation) -> str:
    """How often the kind is right at each confidence, and on the share of messages that it is surest of."""
    reports = {"first": of.before} | ({"second": of.after} if of.after is not None else {})
    curves = {name: _thinned(report.answers.curve(), SURE_FROM * report.repetitions) for name, report in reports.items()}
    lowest = min([point.accuracy for curve in curves.values() for point in curve] + list(_lows(reports)), default=0.5)
    parts = [
        *_frame(of, reports),
        *_reliability(Panel(left=60, least=0.0), reports),
        *_coverage(Panel(left=490, least=max(0.0, min(0.8, int(lowest * 10) / 10))), reports, curves),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _frame(of: Evaluation, reports: Mapping[str, Report]) -> Iterator[str]:
    name = escape(in_one_line(of.file)[-LONGEST_NAME:])
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        ' aria-labelledby="title about">'
    )
    yield f'<title id="title">How sure, and how right: {name}</title>'
    yield f'<desc id="about">{escape("; ".join(_about(title, report) for title, report in _titled(reports)))}</desc>'
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>'
    yield f'<text class="title" x="20" y="30">How sure, and how right: {name}, {counted(of.messages, "message")}</text>'
    for place, (title, report) in enumerate(_titled(reports)):
        x, colour = 20 + place * 420, ("first", "second")[place]
        yield f'<g class="{colour}"><circle class="dot" cx="{x + 6}" cy="50" r="6"/></g>'
        yield f'<text x="{x + 18}" y="54">{escape(_about(title, report))}</text>'


def _titled(reports: Mapping[str, Report]) -> Sequence[tuple[str, Report]]:
    return list(zip(("As it is", "Taught") if len(reports) == 1 else ("Shipped", "Taught"), reports.values(), strict=False))


def _about(title: str, report: Report) -> str:
    return f"{title}: kind right {_share(report.measures['kind_accuracy'])}, ECE {_value(report.measures['ece'])}"


def _reliability(panel: Panel, reports: Mapping[str, Report]) -> Iterator[str]:
    yield from _axes(panel, "Is it as often right as it says?", "confidence")
    yield f'<path class="ideal" d="M{panel.x(0)} {panel.y(0)}L{panel.x(1)} {panel.y(1)}"/>'
    yield f'<text class="soft" x="{panel.x(0.03)}" y="{panel.y(0.95)}">larger dots: more messages</text>'
    for colour, report in reports.items():
        yield f'<g class="{colour}">'
        total = len(report.answers)
        for one in report.answers.bins():
            if one.confidence is not None and one.accuracy is not None:
                radius = max(SMALLEST_DOT, round(LARGEST_DOT * (one.count / total) ** 0.5, 1))
                x, y = panel.x(one.confidence), panel.y(one.accuracy)
                dot = counted(one.count // report.repetitions, "message")
                says = f"{dot}: says {one.confidence:.2f}, right {one.accuracy:.2f}"
                yield f'<path class="bar" d="M{x} {panel.y(one.confidence)}V{y}"/>'
                yield f'<circle class="dot" cx="{x}" cy="{y}" r="{radius}"><title>{says}</title></circle>'
        yield "</g>"


def _coverage(panel: Panel, reports: Mapping[str, Report], curves: Mapping[str, Sequence[Surest]]) -> Iterator[str]:
    yield from _axes(panel, "How right on those it is surest of?", "share of the messages, the surest first")
    for place, (colour, report) in enumerate(reports.items()):
        yield f'<g class="{colour}">'
        points = " ".join(f"{panel.x(point.share)},{panel.y(point.accuracy)}" for point in curves[colour])
        yield f'<polyline class="curve" points="{points}"/>'
        for share in SUREST:
            measure = report.measures[surest(share)]
            if measure.low is not None and measure.high is not None:
                x = panel.x(share / 100) + (place * 6 - 3 if len(reports) > 1 else 0)
                low, high = panel.y(measure.low), panel.y(measure.high)
                yield f'<path class="bar" d="M{x} {low}V{high}M{x - 4} {low}H{x + 4}M{x - 4} {high}H{x + 4}"/>'
        yield "</g>"
    yield f'<text class="soft" x="{panel.x(0)}" y="{panel.foot + 52}">bars: 95 % intervals</text>'


def _axes(panel: Panel, title: str, across: str) -> Iterator[str]:
    yield f'<text x="{panel.left}" y="{TOP - 14}">{title}</text>'
    steps = 5
    for step in range(steps + 1):
        value, height = step / steps, panel.least + (1 - panel.least) * step / steps
        x, y = panel.x(value), panel.y(height)
        yield f'<path class="grid" d="M{x} {TOP}V{panel.foot}M{panel.left} {y}H{panel.left + SIDE}"/>'
        yield f'<text class="soft" x="{x}" y="{panel.foot + 18}" text-anchor="middle">{value * 100:.0f} %</text>'
        yield f'<text class="soft" x="{panel.left - 8}" y="{y + 4}" text-anchor="end">{height * 100:.0f} %</text>'
    middle = panel.left + SIDE / 2
    yield f'<text class="soft" x="{middle}" y="{panel.foot + 36}" text-anchor="middle">{across}</text>'


def _lows(reports: Mapping[str, Report]) -> Iterator[float]:
    for report in reports.values():
        lows = [report.measures[surest(share)].low for share in SUREST]
        yield from (low for low in lows if low is not None)


def _thinned(curve: Sequence[Surest], sure_from: int) -> Sequence[Surest]:
    """Without its restless beginning; the end is kept."""
    kept = curve[min(sure_from, len(curve)) - 1 :]
    step = max(1, len(kept) // MOST_POINTS)
    return [*kept[:-1:step], kept[-1]] if kept else []


def _share(measure: Measure) -> str:
    return f"{measure.value:.1%}" if measure.value is not None else "unknown"


def _value(measure: Measure) -> str:
    return f"{measure.value:.3f}" if measure.value is not None else "unknown"
