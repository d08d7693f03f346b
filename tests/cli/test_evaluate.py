"""`intake evaluate`: figures for an administrator, JSON for a program, and clear words about a file that is wrong."""

import csv
import io
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, Record
from tests.cli.test_shapes import documented

HEAD = ("text", "kind", "category", "impact", "urgency", "priority")
ROWS = (
    ("The VPN is down for the whole office, nobody can work", "incident", "unavailable", "1", "1", "P1"),
    ("I get error 42 when I save an invoice", "incident", "error_message", "3", "2", "P4"),
    ("My account is locked, I cannot log in", "incident", "blocked_task", "3", "2", "P4"),
    ("The stock figures of yesterday are missing in the report", "incident", "data_problem", "2", "2", "P3"),
    ("The planning screen is very slow since noon", "incident", "performance_interface", "3", "2", "P4"),
    ("The label printer in hall 2 does not print", "incident", "unavailable", "2", "1", "P2"),
    ("Please set up a mailbox for our new colleague", "service_request", "user_request", "3", "3", "P4"),
    ("How do I print a delivery note twice?", "service_request", "how_to", "3", "3", "P4"),
    ("Who approves travel requests while Jo is away?", "service_request", "process_question", "3", "3", "P4"),
    ("Please install the certificate on the proxy before Friday", "service_request", "collateral", "3", "3", "P4"),
    ("Please add a field for the pallet type to the form", "enhancement", "change_request", "3", "3", "P4"),
    ("thank you all and have a nice weekend", "none", "", "3", "3", "P4"),
)
SITES = ("Lyon", "Porto", "Graz")


def table(rows: Sequence[Sequence[str]] = ROWS, head: Sequence[str] = HEAD) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


def write(folder: Path, text: str, name: str = "said.csv") -> str:
    (folder / name).write_text(text, "utf-8")
    return name


def many() -> str:
    return table([(f"{text} ({site})", *rest) for site in SITES for text, *rest in ROWS])


def inner(of: Record, *keys: str) -> Record:
    found: object = of
    for key in keys:
        assert isinstance(found, Mapping)
        found = found[key]
    assert isinstance(found, Mapping)
    return found


def total(counts: Record) -> int:
    return sum(count for count in counts.values() if isinstance(count, int))


def test_key_figures_come_first_and_lines_fit_a_small_terminal(folder: Path, intake: Prompt) -> None:
    ran = intake("evaluate", write(folder, table()))
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("said.csv: 12 messages, labelled by desk-")
    assert [line.split("  ")[0] for line in lines][5:7] == ["The kind is right", "- macro-F1 over the kinds that came"]
    assert max(map(len, lines)) <= 80
    for words in (
        "P1/P2: found",
        "weighted kappa",
        "ECE",
        "µs (median)",
        "surest of",
        "Kinds",
        "Categories",
        "thought (across)",
    ):
        assert words in ran.out


def test_a_program_gets_every_measure_with_its_interval(folder: Path, intake: Prompt) -> None:
    record = intake("evaluate", write(folder, table()), "--json").record
    assert (record["messages"], record["method"], record["after"], record["resamples"]) == (12, "as_is", None, 1000)
    kind = inner(record, "before", "measures", "kind_accuracy")
    low, value, high = (kind[key] for key in ("low", "value", "high"))
    assert isinstance(low, float)
    assert isinstance(value, float)
    assert isinstance(high, float)
    assert 0.5 < value <= 1
    assert low <= value <= high
    assert inner(record, "before", "kinds", "incident")["support"] == 6
    counted = inner(record, "before", "confusion", "priority")
    assert sum(total(inner(counted, true)) for true in counted) == 12


def test_the_page_names_exactly_the_keys_that_are_printed(folder: Path, intake: Prompt) -> None:
    name = write(folder, many())
    record = intake("evaluate", name, "--train", name, "--json").record
    assert set(record) == documented("Evaluation")
    report, measures = inner(record, "after"), inner(record, "after", "measures")
    assert set(report) | set(measures) == documented("Report")
    assert set(inner(record, "differences")) == set(measures)


def test_the_same_file_for_training_is_tried_in_fifths(folder: Path, intake: Prompt) -> None:
    name = write(folder, many())
    out = intake("evaluate", name, "--train", name).out
    assert "each fifth was tried after learning from the rest (28), 5 times over" in " ".join(out.split())
    assert "shipped" in out
    assert "taught" in out
    record = intake("evaluate", name, "--train", write(folder, many(), "copy.csv"), "--json").record
    assert (record["method"], inner(record, "after")["repetitions"]) == ("cross_validated", 5)


def test_another_file_teaches_with_what_is_not_measured(folder: Path, intake: Prompt) -> None:
    name, train = write(folder, table()), write(folder, table([*ROWS, *csv_rows(many())]), "train.csv")
    record = intake("evaluate", name, "--train", train, "--json").record
    assert (record["method"], record["learnt_from"]) == ("taught", 36)
    assert "12 rows of train.csv are in said.csv as well" in str(record["notes"])
    assert "+site-" in str(inner(record, "after")["version"])


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))[1:]


def test_a_file_that_teaches_nothing_new_is_refused(folder: Path, intake: Prompt) -> None:
    ran = intake("evaluate", write(folder, table()), "--train", write(folder, table(ROWS[:5]), "train.csv"))
    assert (ran.code, ran.out) == (1, "")
    assert "nothing to learn from" in ran.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty"),
        (table([]), "no rows below its head"),
        ("name,colour\nx,red\n", "It needs text and kind"),
        (
            table([*ROWS, ("x", "wish", "", "", "", "")]),
            "1 of 13 rows cannot be read, so nothing was measured. line 14: kind 'wish'",
        ),
        (table([("x", "incident", "how_to", "", "", "")]), "line 2: category how_to belongs to service_request"),
        (table([("x", "incident", "", "9", "", "")]), "line 2: impact '9' is none of 1, 2, 3"),
        (table([("x", "incident", "", "", "", "soon")]), "line 2: priority 'soon' is none of P1"),
        (table([(" ", "incident", "", "", "", "")]), "line 2: has no text"),
        ("text,kind\nx,incident\ny\n", "line 3: has 1 cells"),
        ('text,kind\nx,incident\n"y,incident\n', "a quote is opened there and never closed"),
        (table([("x", "fog", "", "", "", "")] * 30), "and 20 more"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_by_its_line_and_nothing_is_measured(
    folder: Path, intake: Prompt, text: str, says: str
) -> None:
    ran = intake("evaluate", write(folder, text))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("intake: said.csv: ")
    assert says in ran.err


def test_a_file_that_is_not_there_is_named(intake: Prompt) -> None:
    ran = intake("evaluate", "gone.csv")
    assert (ran.code, ran.err) == (1, "intake: gone.csv cannot be read: No such file or directory\n")


def test_a_priority_that_nobody_wrote_follows_from_the_matrix(folder: Path, intake: Prompt) -> None:
    record = intake("evaluate", write(folder, table([row[:5] for row in ROWS], HEAD[:5])), "--json").record
    assert "The priority of 12 rows follows" in str(record["notes"])
    assert inner(record, "before", "measures", "major_recall")["value"] is not None


def test_without_any_levels_priority_is_left_out_with_a_word(folder: Path, intake: Prompt) -> None:
    ran = intake("evaluate", write(folder, table([row[:2] for row in ROWS], HEAD[:2])))
    assert ran.code == 0
    assert "12 rows have neither a priority nor impact and urgency" in ran.out
    assert [line.split()[-1] for line in ran.out.splitlines() if line.startswith("The priority is right")] == ["-"]


def test_a_priority_that_is_not_the_matrix_s_is_told_and_counts(folder: Path, intake: Prompt) -> None:
    record = intake("evaluate", write(folder, table([(*ROWS[0][:5], "4 - Low"), *ROWS[1:]])), "--json").record
    assert "1 rows name another priority" in str(record["notes"])
    assert total(inner(record, "before", "confusion", "priority", "P1")) == 0


def test_the_picture_stands_alone_and_quotes_nothing_raw(folder: Path, intake: Prompt) -> None:
    name = write(folder, many(), "a<b>&'c.csv")
    assert intake("evaluate", name, "--train", name, "--plot", "seen.svg").code == 0
    picture = (folder / "seen.svg").read_text("utf-8")
    root = ElementTree.fromstring(picture)
    shown = "".join(root.itertext())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "a<b>&'c.csv, 36 messages" in shown
    assert "prefers-color-scheme: dark" in shown
    assert "href" not in picture
    assert "<script" not in picture


def test_a_picture_that_could_overwrite_something_else_is_refused_before_the_work(folder: Path, intake: Prompt) -> None:
    name = write(folder, table())
    assert intake("evaluate", name, "--plot", name).code == 2
    assert intake("evaluate", name, "--plot", "nowhere/seen.svg").code == 1
    assert (folder / name).read_text("utf-8").startswith("text,kind")


def test_a_hostile_name_cannot_drive_the_terminal(folder: Path, intake: Prompt) -> None:
    name = write(folder, table([*ROWS, ("x", "\x1b[2Jfog", "", "", "", "")]), "a\x1b[31mb.csv")
    ran = intake("evaluate", name)
    assert ran.code == 1
    assert "\x1b" not in ran.err


def test_what_was_learnt_here_is_measured_unless_it_is_asked_without(desk: Desk, intake: Prompt, folder: Path) -> None:
    name = write(folder, table())
    record = intake("evaluate", name, "--shipped", "--json").record
    assert "+" not in str(inner(record, "before")["version"])


def test_a_critical_service_of_desk_toml_raises_here_as_it_does_at_work(
    folder: Path, intake: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write(folder, table([("Tarragon is down since nine", "incident", "unavailable", "1", "2", "P2")]))
    shipped = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    (folder / "desk.toml").write_text(shipped + '\n[[service]]\nname = "Tarragon"\n', "utf-8")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    raised = inner(intake("evaluate", name, "--json").record, "before", "measures", "impact_accuracy")
    assert raised["value"] == 1.0
