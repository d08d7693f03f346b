"""Messages passed on, as each mail program writes them in each language: the note above, and whose message is below."""

from html import escape

import pytest

from channels.email.mail import Mail
from channels.email.read import read
from tests.email.letters import html_letter, letter
from tests.email.reply_text_tables import pairs

NOTE = "Can you look at this one?"
TOLD = "The scanner on floor two shows error 17."
BOB = "Bob Bit <bob@users.example>"
ADA = "Ada Byte <ada@users.example>"

TABLES = {name: pairs(__file__, name) for name in ("apple", "gmail", "thunderbird", "yahoo", "others")}
HEADS = {f"{client}, {name}": head for client, table in TABLES.items() for name, head in table.items()}
VALUES = {"f": BOB, "t": ADA, "d": "Monday, 5 January 2026 09:12", "s": "No paper"}


def block(name: str) -> str:
    marker, labels = HEADS[name]
    lines = [line[2:] + VALUES[line[0]] + " |" * line[2:].startswith("|") for line in labels.split("¦")]
    return "\n".join(([marker] if marker else []) + lines)


def is_unwrapped(mail: Mail, text: str = TOLD) -> bool:
    forward = mail.forward
    assert forward is not None
    assert forward.sender is not None
    assert (forward.sender.name, forward.sender.email) == ("Bob Bit", "bob@users.example")
    assert forward.subject == "No paper"
    return forward.text.split("\n\n")[0].strip() == text


@pytest.mark.parametrize("name", HEADS)
def test_a_note_stands_above_it(name: str) -> None:
    mail = read(letter(f"{NOTE}\n\n{block(name)}\n\n{TOLD}\n\nRegards\nBob\n", subject="Fwd: No paper"))
    assert mail.reply == NOTE
    assert is_unwrapped(mail)


@pytest.mark.parametrize("name", HEADS)
def test_nothing_stands_above_it(name: str) -> None:
    mail = read(letter(f"\n{block(name)}\n\n{TOLD}\n", subject="Fwd: No paper"))
    assert mail.reply == TOLD
    assert mail.cut_by.startswith("bare-")
    assert is_unwrapped(mail)


@pytest.mark.parametrize("name", [name for name in HEADS if not name.startswith("others, 163 m")])
def test_it_was_quoted_while_it_was_passed_on(name: str) -> None:
    quoted = "\n".join(f"> {line}" for line in f"{block(name)}\n\n{TOLD}\n".split("\n"))
    mail = read(letter(f"{NOTE}\n\n{quoted}", subject="Fwd: No paper"))
    assert mail.reply == NOTE
    assert is_unwrapped(mail)


@pytest.mark.parametrize("name", HEADS)
def test_it_stands_in_a_page(name: str) -> None:
    lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in block(name).split("\n"))
    mail = read(html_letter(f"<div>{NOTE}</div><br>{lines}<br><p>{TOLD}</p>"))
    assert mail.reply == NOTE
    assert TOLD in mail.quoted
