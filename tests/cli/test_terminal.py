"""What people see, on a terminal and off it."""

import io

import pytest
from rich.console import Console

from channels.cli.terminal import Column, counted, in_lines, in_one_line, plain_table, show_table

COLUMNS = (Column(title="ticket"), Column(title="label", gives=True, spare=True), Column(title="about", gives=True))
ROWS = (("HD-1001", "incident", "プリンター " * 20), ("HD-1002", "none", "[red]short[/red] \x1b[31m"))


def on_a_terminal(width: int) -> str:
    screen = Console(file=io.StringIO(), force_terminal=True, width=width, markup=False, highlight=False)
    show_table(COLUMNS, ROWS, screen)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


@pytest.mark.parametrize("width", [30, 60, 80])
def test_a_narrow_terminal_cuts_long_text_and_never_a_number(width: int) -> None:
    out = on_a_terminal(width)
    assert "HD-1001" in out
    assert "…" in out
    assert "incident" not in out, "spare columns need a wide terminal"
    assert len(out.splitlines()) == 3


def test_a_wide_terminal_shows_all_columns() -> None:
    assert "incident" in on_a_terminal(160)


def test_markup_and_escapes_of_others_are_only_text() -> None:
    out = on_a_terminal(60)
    assert "[red]short[/red]" in out
    assert "\x1b[31m" not in out


def test_a_plain_table_is_as_wide_as_what_it_holds() -> None:
    assert plain_table(["a", "b"], [["x" * 300, "y"], ["z", ""]]) == [f"a{' ' * 299}  b", f"{'x' * 300}  y", "z"]


def test_counts_stand_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    show_table((Column(title="group"), Column(title="open", counts=True)), [["support", "7"], ["cio", "12"]])
    assert capsys.readouterr().out == "group    open\nsupport     7\ncio        12\n"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\ud800"])
def test_nothing_that_drives_a_terminal_gets_through(char: str) -> None:
    assert in_one_line(f"a{char}b") == "ab"
    assert in_lines(f"a{char}b") == "ab"


def test_lines_stay_lines_and_a_carriage_return_overwrites_nothing() -> None:
    assert in_lines("safe\rEVIL\r\nend\tx") == "safe\nEVIL\nend    x"
    assert in_one_line(" a\r\n\tb\u2028c ") == "a b c"


@pytest.mark.parametrize("noncharacter", ["\ufffe", "\uffff"])
def test_what_no_xml_may_hold_is_left_out_of_a_line(noncharacter: str) -> None:
    assert in_one_line(f"a{noncharacter}b") == "ab"


def test_one_is_counted_in_the_singular() -> None:
    assert [counted(number, "message") for number in (0, 1, 2_000)] == ["0 messages", "1 message", "2,000 messages"]
