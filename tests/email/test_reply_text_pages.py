"""Whole pages as mail programs and webmail services write them: replies, and forwards with a note above."""

import pytest

from channels.email.read import read
from tests.email.letters import html_letter
from tests.email.reply_text_tables import table

ANSWER = "The scanner on floor two shows error 17."
OLD = "We have replaced the toner last week."
HELP = 'Help Desk &lt;<a href="mailto:desk@help.example">desk@help.example</a>&gt;'
OUTLOOK = "<b>From:</b> {0}<br><b>Sent:</b> Monday, January 5, 2026 9:12 AM<br><b>To:</b> Ada<br><b>Subject:</b> Scanner"

PAGES = table(__file__, "pages")


def page(name: str) -> str:
    return PAGES[name].format(a=ANSWER, o=OLD, h=HELP, b=OUTLOOK.format(HELP))


@pytest.mark.parametrize("name", PAGES)
def test_the_answer_is_told_from_the_history(name: str) -> None:
    mail = read(html_letter(page(name)))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


FORWARDS = table(__file__, "forwards")


@pytest.mark.parametrize("note", ["Can you look at this one?", ""], ids=["note", "bare"])
@pytest.mark.parametrize("box", FORWARDS.values(), ids=FORWARDS)
def test_what_was_passed_on_is_unwrapped(box: str, note: str) -> None:
    raw = html_letter(f"<div>{note}</div><br>{box.format(o=OLD)}").replace(b"Subject: Printer", b"Subject: FW: Scanner")
    mail = read(raw)
    assert mail.reply == (note or OLD)
    assert mail.forward is not None
    assert mail.forward.sender is not None
    assert (mail.forward.sender.email, mail.forward.subject) == ("bob@users.example", "Scanner")
    assert mail.forward.text.lstrip("> ") == OLD


def test_the_box_of_a_signature_tells_it_in_the_plain_text_too() -> None:
    name = "Ada Byte | Users Inc."
    page = f'<p>{ANSWER}</p><div id="Signature"><p>Ada Byte | <a href="https://users.example">Users Inc.</a></p></div>'
    plain = f"{ANSWER}\r\n\r\nAda Byte | Users Inc.<https://users.example>\r\n"
    head = "From: ada@users.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n"
    mail = read(f"{head}{plain}--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n--b--\r\n".encode())
    assert mail.reply == ANSWER
    assert mail.signature.startswith(name)
