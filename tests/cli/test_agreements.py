"""`intake agreement`: entered, amended, closed and read at the prompt, as tables and as CSV."""

import csv
import io

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, Ran, mail, parts

pytestmark = pytest.mark.usefixtures("staffed")

PERIOD = "--starts 2026-01-01 --ends 2999-12-31"
NAME = "ACME 2026"


def typed(intake: Prompt, line: str, *more: str) -> Ran:
    ran = intake(*line.split(), *more)
    assert (ran.code, ran.err) == (0, "")
    return ran


def open_it(intake: Prompt, name: str = NAME, more: str = "") -> Ran:
    return typed(intake, f"agreement open --party ACME {PERIOD} --hours 200h --spender cio {more}", name)


def test_an_agreement_is_opened_amended_and_closed(desk: Desk, intake: Prompt) -> None:
    assert open_it(intake).out.endswith("; 200h left of 200h\n")
    assert typed(intake, "agreement amend --more 20h --reason bought", NAME).out.endswith("; 220h left of 220h\n")
    open_it(intake, "ACME 2027", "--carry-over all")
    closed = typed(intake, "agreement close --json", NAME).record
    assert isinstance(closed["agreement"], dict)
    assert closed["agreement"]["closed_at"] is not None
    assert [each["name"] for each in typed(intake, "agreement list --json").records] == ["ACME 2027"]
    assert len(typed(intake, "agreement list --json --closed").records) == 2
    assert desk.folder.exists()


def test_who_may_spend_is_written_as_desk_toml_does(desk: Desk, intake: Prompt) -> None:
    line = f"agreement open --party ACME {PERIOD} --hours 90m --spender cio --json --spender"
    agreement = typed(intake, line, "sam hill", NAME).record["agreement"]
    assert isinstance(agreement, dict)
    assert agreement["spenders"] == ["cio", "Sam Hill"]
    assert (agreement["granted"], agreement["carry_over"]) == (90, 0)
    assert desk.folder.exists()


def test_it_shows_what_is_left_by_change_and_line_by_line(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail("Please make the report wider."))
    typed(intake, "relabel HD-1001 --category change_request")
    open_it(intake)
    typed(intake, "change estimate HD-1001 --hours 12h30m --agreement", NAME, "--as", "Ben Okoro")
    said = typed(intake, "agreement show", NAME).out
    assert "200h granted; 12h30m reserved, 0h spent, 187h30m left\n" in said
    assert "HD-1001    12h30m     0h         0h\n" in said
    assert "reserved  12h30m  HD-1001" in said
    assert "HD-1001" in typed(intake, "agreement report").out
    assert "187h30m    6%" in typed(intake, "agreement list").out
    book = parts(typed(intake, "agreement show --json", NAME).record, "book")
    assert [(line["kind"], line["left"]) for line in book] == [("granted", 12_000), ("reserved", 11_250)]


def test_the_book_and_the_hours_of_each_change_go_into_a_spreadsheet(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail("Please make the report wider."))
    typed(intake, "relabel HD-1001 --category change_request")
    open_it(intake)
    typed(intake, "agreement amend --more 1h --reason", "=cmd|'/C calc'!A0", NAME)
    typed(intake, "change estimate HD-1001 --hours 45m --agreement", NAME, "--as", "Ben Okoro")
    book = typed(intake, "agreement show --csv", NAME).out
    assert book.count("\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(book, newline="")))
    assert rows[1]["text"].startswith("'=cmd|")
    assert [row["minutes"] for row in rows] == ["12000", "60", "45"]
    hours = list(csv.DictReader(io.StringIO(typed(intake, "agreement report --csv").out, newline="")))
    assert [(row["agreement"], row["ticket"], row["reserved"]) for row in hours] == [(NAME, "HD-1001", "45")]


REFUSED = [
    ("agreement show none", 1, "There is no agreement 'none'. There are: ACME 2026"),
    ("agreement report none", 1, "There is no agreement 'none'"),
    ("agreement amend none --more 1h --reason x", 1, "none"),
    ("agreement close none", 1, "none"),
    ("agreement open A/B --party x --starts 2026-01-01 --ends 2026-12-31 --hours 1h --spender cio", 2, "without /"),
    (
        "agreement open A --party x --starts 2026-12-31 --ends 2026-01-01 --hours 1h --spender cio",
        2,
        "--ends lies before --starts",
    ),
    ("agreement open A --party x --starts 2026-13-01 --ends 2026-12-31 --hours 1h --spender cio", 2, "is no day such as"),
    ("agreement open A --party x --starts 2026-01-01 --ends 2026-12-31 --hours 1 --spender cio", 2, "hours look like"),
    ("agreement open A --party x --starts 2026-01-01 --ends 2026-12-31 --hours 1h", 2, "Missing option '--spender'"),
    ("agreement open A --party x --starts 2026-01-01 --ends 2026-12-31 --hours 1h --spender zoo", 1, "zoo"),
    ("agreement amend ACME --reason x", 2, "--more, --fewer, --ends, --spender or --product-owner is needed"),
    ("agreement show ACME --csv --json", 2, "not both"),
]


@pytest.mark.parametrize(("line", "code", "says"), REFUSED)
def test_what_cannot_be_meant_or_done_says_so(desk: Desk, intake: Prompt, line: str, code: int, says: str) -> None:
    open_it(intake)
    ran = intake(*line.split())
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert desk.folder.exists()


def test_an_agent_opens_none(desk: Desk, intake: Prompt) -> None:
    ran = intake("agreement", "open", "A", *f"--party x {PERIOD} --hours 1h --spender cio".split(), "--as", "Ben Okoro")
    assert (ran.code, "may not `intake agreement open`" in ran.err) == (1, True)
    assert typed(intake, "agreement list").out.startswith("No work agreement is open: intake agreement open NAME")
    assert desk.folder.exists()
