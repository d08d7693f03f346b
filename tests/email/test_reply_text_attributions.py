"""The line above a quoted message, by mail program and language, in every shape that the way here may have given it."""

import textwrap
from html import escape

import pytest

from channels.email.read import read
from tests.email.letters import html_letter, letter
from tests.email.reply_text_tables import table

ANSWER = "The scanner on floor two shows error 17."
OLD = "We have replaced the toner last week."
NAME, ADDRESS = "Help Desk", "desk@help.example"

TABLES = {name: table(__file__, name) for name in ("gmail", "apple", "thunderbird", "yahoo", "webmail", "programs")}
LINES = {
    f"{client}, {name}": line.format(x=f"{NAME} <{ADDRESS}>", n=NAME, m=ADDRESS)
    for client, lines in TABLES.items()
    for name, line in lines.items()
}
ADDRESSED = {name: line for name, line in LINES.items() if ADDRESS in line and any(map(str.isdigit, line))}
# What is above these can only be told by the marks below them.
NEEDS_MARKS = frozenset({"programs, mutt, address"})


def wrapped(line: str, width: int) -> str:
    return "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))


def cut_above(body: str) -> bool:
    mail = read(letter(body))
    return mail.reply == ANSWER and OLD in mail.quoted


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_reply_ends_above_it_where_the_quote_is_marked(line: str) -> None:
    assert cut_above(f"{ANSWER}\n\n{line}\n\n> {OLD}\n> Bye\n")
    assert cut_above(f"{ANSWER}\n{line}\n>{OLD}\n"), "without blank lines"


@pytest.mark.parametrize("line", ADDRESSED.values(), ids=ADDRESSED)
def test_the_reply_ends_above_it_where_it_is_wrapped(line: str) -> None:
    assert cut_above(f"{ANSWER}\n\n{wrapped(line, 58)}\n\n> {OLD}\n")
    assert cut_above(f"{ANSWER}\n\n{wrapped(line, 36)}\n> {OLD}\n"), "narrowly"


@pytest.mark.parametrize("line", ADDRESSED.values(), ids=ADDRESSED)
def test_the_reply_ends_above_it_whatever_the_spaces_and_the_links_are(line: str) -> None:
    assert cut_above(f"{ANSWER}\n\n{line.replace(' ', chr(0xA0))}\n\n> {OLD}\n")
    assert cut_above(f"{ANSWER}\n\n{line.replace(' AM', chr(0x202F) + 'AM')}  \n> {OLD}\n")
    assert cut_above(f"{ANSWER}\n\n{line.replace(ADDRESS, f'{ADDRESS}<mailto:{ADDRESS}>', 1)}\n\n> {OLD}\n")
    assert cut_above(f"{ANSWER}\n\n{line.replace(f'<{ADDRESS}>', f'[mailto:{ADDRESS}]')}\n\n> {OLD}\n")


@pytest.mark.parametrize("name", [name for name in ADDRESSED if name not in NEEDS_MARKS])
def test_the_reply_ends_above_it_where_the_quote_has_lost_its_marks(name: str) -> None:
    assert cut_above(f"{ANSWER}\n\n{LINES[name]}\n\n{OLD}\nBye\n")


@pytest.mark.parametrize("line", [line for line in LINES.values() if line[0] != ">"])
def test_the_reply_ends_above_it_in_a_page_whose_quote_is_in_no_known_box(line: str) -> None:
    said = escape(line).replace("\n", "<br>")
    barred = "<blockquote style='border-left:1px solid'><p>{}</p></blockquote>"
    for head, box in (("<div>{}</div><div>{}</div>", "<blockquote>{}</blockquote>"), ("<p>{}</p><br>{}<br>", barred)):
        mail = read(html_letter(head.format(ANSWER, said) + box.format(OLD)))
        assert mail.reply == ANSWER
        assert OLD in mail.quoted
