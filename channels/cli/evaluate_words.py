"""What `intake evaluate` tells people: the key figures first, then the tables that they come from."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap

from channels.cli.evaluate_shapes import microseconds
from channels.cli.evaluated import Evaluation, Method, Report
from channels.cli.terminal import Column, counted, in_one_line, say, show_styled, show_table
from classifier.evaluation_bootstrap import Measure
from classifier.evaluation_measures import SUREST, surest

KEY_FIGURES = {
    "The kind is right": "kind_accuracy",
    "- macro-F1 over the kinds that came": "kind_macro_f1",
    "- macro-F1 of incident and request": "incident_request_macro_f1",
    "- right on the 70 % it is surest of": surest(70),
    "The category is right": "category_accuracy",
    "P1/P2: found, of those that are": "major_recall",
    "P1/P2: rightly so, of those it calls": "major_precision",
    "The priority is right": "priority_accuracy",
    "- weighted kappa (0 is chance)": "priority_weighted_kappa",
    "Its confidence is off by (ECE)": "ece",
    "Left to a person (abstained)": "abstained",
    "- right among what it does label": "labelled_accuracy",
}
OTHER_FIGURES = {
    "Kind right, an abstention being wrong": "label_accuracy",
    "macro-F1 over the categories that came": "category_macro_f1",
    "F1 of P1/P2": "major_f1",
    "The impact is right": "impact_accuracy",
    "The urgency is right": "urgency_accuracy",
}
SHORT = {"service_request": "request"}
WIDTH = 79  # characters of a line of prose
NOTHING = "-"


def show(of: Evaluation, plot: Path | None) -> None:
    for words in _opening(of):
        for line in wrap(in_one_line(words), WIDTH, break_long_words=False, break_on_hyphens=False):
            say(line)
    say()
    if of.after is None or of.differences is None:
        _show_figures(of.before, KEY_FIGURES)
        _show_time(of.before)
        say()
        _show_detail(of.before)
    else:
        _show_side_by_side(of)
        _show_time(of.before)
        for title, report in (("As shipped", of.before), ("Taught", of.after)):
            _heading(f"{title}, in detail")
            _show_detail(report)
    if plot is not None:
        say()
        say(in_one_line(f"Drawn in {plot}: open it in a browser."))


def _opening(of: Evaluation) -> Iterator[str]:
    yield f"{of.file}: {counted(of.messages, 'message')}, labelled by {of.before.version}."
    if of.method is Method.TAUGHT:
        yield f"Beside it the same after learning from {counted(of.learnt_from, 'message')} of {of.train}."
    if of.method is Method.CROSS_VALIDATED and of.after is not None:
        yield (
            f"It was taught with the same file, so each fifth was tried after learning from the rest ({of.learnt_from}),"
            f" {'once' if of.after.repetitions == 1 else f'{of.after.repetitions} times over'}."
        )
    yield "1 is perfect. Intervals are of 95 %: how far luck in the choice of messages could have moved a figure."
    yield from of.notes


def _show_side_by_side(of: Evaluation) -> None:
    if of.after is None or of.differences is None:
        return
    columns = (
        Column(title=""),
        Column(title="shipped", counts=True),
        Column(title="taught", counts=True),
        Column(title="change", counts=True),
        Column(title="95 %", counts=True),
    )
    rows = [
        (
            title,
            _figure(of.before.measures[name]),
            _figure(of.after.measures[name]),
            _change(of.differences[name].value),
            _interval(of.differences[name], _change),
        )
        for title, name in KEY_FIGURES.items()
    ]
    show_table(columns, rows)


def _show_figures(of: Report, figures: dict[str, str]) -> None:
    columns = (Column(title=""), Column(title="figure", counts=True), Column(title="95 %", counts=True), Column(title=""))
    rows = [
        (title, _figure(of.measures[name]), _interval(of.measures[name]), _of_how_many(of, name))
        for title, name in figures.items()
    ]
    show_table(columns, rows)


def _of_how_many(of: Report, name: str) -> str:
    table = of.answers.table("priority", of.answers.all)
    if name == "major_recall":
        return f"of {(table.support('P1') + table.support('P2')) // of.repetitions}"
    if name == "major_precision" and of.repetitions == 1:
        return f"of {table.said('P1') + table.said('P2')}"
    return ""


def _show_time(of: Report) -> None:
    time = microseconds(of.answers)
    say(f"One message takes {time['median']:,.0f} µs (median); 95 % take at most {time['p95']:,.0f} µs.")


def _show_detail(of: Report) -> None:
    _show_figures(of, OTHER_FIGURES)
    _show_coverage(of)
    _show_reliability(of)
    for question, title in (("kind", "Kinds"), ("category", "Categories")):
        _show_names(of, question, title)
    for question in ("kind", "category", "priority"):
        _show_confusion(of, question)


def _show_coverage(of: Report) -> None:
    _heading("How often the kind is right on the messages it is surest of")
    curve = of.answers.curve()
    for share in SUREST:
        measure = of.measures[surest(share)]
        least = curve[max(1, round(share / 100 * len(curve))) - 1].confidence
        say(f"  {share:>3} %  {_figure(measure)}  ({_interval(measure)})  confidence {least:.2f} and more")


def _show_reliability(of: Report) -> None:
    _heading("Is it as often right as it says")
    for one in of.answers.bins():
        if one.confidence is not None and one.accuracy is not None:
            count = f"{one.count // of.repetitions} message{'' if one.count == of.repetitions else 's'}"
            says = f"says {one.confidence:.2f}, is right {one.accuracy:.2f}"
            say(f"  confidence {one.low:.1f} to {one.high:.1f}  {count:>14}  {says}")


def _show_names(of: Report, question: str, title: str) -> None:
    say()
    table = of.answers.table(question, of.answers.all)
    columns = (Column(title=title), *(Column(title=name, counts=True) for name in ("precision", "recall", "F1", "messages")))
    rows = []
    for name in table.names:
        if table.support(name) or table.said(name):
            figures = [of.measures[f"{question}.{name}.{which}"] for which in ("precision", "recall", "f1")]
            cells = [_narrow(figure) for figure in figures]
            rows.append((name, *cells, str(table.support(name) // of.repetitions)))
    if rows:
        show_table(columns, rows)


def _show_confusion(of: Report, question: str) -> None:
    """Categories are too many for their names to stand side by side: they get numbers."""
    table = of.answers.table(question, of.answers.all)
    if not table.total:
        return
    times = f", in {of.repetitions} repetitions" if of.repetitions > 1 else ""
    _heading(f"What it was (down) and what was thought (across): {question}{times}")
    met = [place for place, name in enumerate(table.names) if table.support(name) or table.said(name)]
    numbered = len(met) > 5
    heads = [str(number) if numbered else SHORT.get(table.names[place], table.names[place]) for number, place in _counted(met)]
    columns = [Column(title=""), *(Column(title=head, counts=True) for head in heads)]
    rows = []
    for number, place in _counted(met):
        name = f"{number:>2} {table.names[place]}" if numbered else table.names[place]
        rows.append((name, *(str(table.counts[place][said] or ".") for said in met)))
    show_table(columns, rows)


def _counted(met: Sequence[int]) -> Iterator[tuple[int, int]]:
    return enumerate(met, start=1)


def _heading(text: str) -> None:
    say()
    show_styled(text, "heading")


def _figure(of: Measure) -> str:
    return _plain(of.value)


def _change(value: float | None) -> str:
    return f"{round(value, 3) + 0.0:+.3f}" if value is not None else NOTHING  # no -0.000


def _plain(value: float | None) -> str:
    return f"{value:.3f}" if value is not None else NOTHING


def _interval(of: Measure, written: Callable[[float | None], str] = _plain) -> str:
    return f"{written(of.low)} to {written(of.high)}" if of.low is not None else NOTHING


def _narrow(of: Measure) -> str:
    if of.value is None:
        return NOTHING
    return f"{of.value:.2f} {of.low:.2f}-{of.high:.2f}" if of.low is not None and of.high is not None else f"{of.value:.2f}"
