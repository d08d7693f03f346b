"""Words that only look like history: whoever wrote them wants them read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.read import read
from channels.email.reply_text.split import reply_text
from tests.email.letters import html_letter, letter
from tests.email.reply_text_tables import pairs, table

END = "Please have a look at the scanner today."

PROSE = table(__file__, "prose")


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_what_only_resembles_history_is_kept_whole(text: str) -> None:
    assert read(letter(f"Hello,\n\n{text}\n\n{END}\n")).reply == f"Hello,\n\n{text}\n\n{END}"


PLACES = pairs(__file__, "places")


@pytest.mark.parametrize(("above", "below"), PLACES.values(), ids=PLACES)
def test_an_answer_below_or_between_what_it_answers_is_never_hidden(above: str, below: str) -> None:
    mail = read(letter(f"{above}{END}\n{below}"))
    assert END in mail.reply


PAGES = table(__file__, "pages")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_what_only_resembles_history_in_a_page_is_kept(page: str) -> None:
    assert END in read(html_letter(page.format(END))).reply


SHOWN = pairs(__file__, "shown")


@pytest.mark.parametrize(("page", "unseen"), SHOWN.values(), ids=SHOWN)
def test_a_page_says_what_a_reader_sees_of_it(page: str, unseen: str) -> None:
    mail = read(html_letter(page.format(END)))
    assert mail.reply == END
    assert unseen not in mail.body


LAID_OUT = pairs(__file__, "laid_out")


@pytest.mark.parametrize(("page", "text"), LAID_OUT.values(), ids=LAID_OUT)
def test_a_page_comes_out_as_lines(page: str, text: str) -> None:
    assert read(html_letter(page)).body == text


LINES = (
    "Hello", "It fails.", "", "> quoted", "> > deeper", "On 5 Jan 2026 at 09:12, Bob <b@x.example> wrote:", "Bob wrote:",
    "From: Bob <b@x.example>", "Sent: Monday, January 5, 2026 9:12 AM", "To: Ada", "Subject: x", "-----Original Message-----",
    "Begin forwarded message:", "-- ", "Ada", "Kind regards,", "Sent from my iPhone", "________________________________",
    "> From: Bob <b@x.example>", "> Subject: x", "This e-mail originated from outside of the organization.", "PS: more",
    "This e-mail is confidential.", "| From | b@x.example |", "AB> text", "          To", "                     Subject",
    "##- reply above this line -##", ">>> Bob 05.01.2026 09:12 >>>", "-----BEGIN PGP SIGNED MESSAGE-----",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=14), st.sampled_from(["x", "Fwd: x"]))
def test_no_line_is_lost_and_no_reply_is_empty(lines: list[str], subject: str) -> None:
    text = "\n".join(lines)
    found = reply_text(text, "", subject)
    assert found.full == text
    assert found.reply.strip() or not text.strip()
    kept = f"{found.reply}\n{found.signature}\n{found.quoted}".split("\n")
    if not found.cut_by.startswith("bare-"):
        assert sorted(filter(None, map(str.strip, kept))) == sorted(filter(None, map(str.strip, lines)))
