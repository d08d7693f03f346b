"""Histories and signatures as they were met: old programs, webmail of all countries, help desks, mailing lists."""

import pytest

from channels.email.read import read
from tests.email.letters import letter
from tests.email.reply_text_tables import pairs, table

ANSWER = "The lid of the copier does not close."
OLD = "Old words from us."

HISTORY = {**table(__file__, "history"), **table(__file__, "scripts")}


@pytest.mark.parametrize("text", HISTORY.values(), ids=HISTORY)
def test_the_reply_ends_where_history_begins(text: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{text.format(o=OLD)}\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


SIGNATURES = table(__file__, "signatures")


@pytest.mark.parametrize("text", SIGNATURES.values(), ids=SIGNATURES)
def test_the_reply_ends_where_a_signature_begins(text: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{text}\n"))
    assert (mail.reply, mail.signature) == (ANSWER, text)


ELSEWHERE = pairs(__file__, "elsewhere")


@pytest.mark.parametrize(("said", "signature"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_signature_is_told_in_other_scripts(said: str, signature: str) -> None:
    mail = read(letter(f"{said}\n\n{signature}\n"))
    assert (mail.reply, mail.signature) == (said, signature)


def test_a_signature_of_any_length_is_told_by_its_delimiter() -> None:
    lines = "\n".join(f"room {number}, telephone {number}" for number in range(60))
    assert read(letter(f"{ANSWER}\n\n-- \n{lines}\n")).reply == ANSWER


def test_a_postscript_is_no_signature() -> None:
    assert "glass" in read(letter(f"{ANSWER}\n\nRegards\nAda\n\nPS: The glass is broken too.\n")).reply


def test_a_quote_that_begins_on_the_line_of_its_attribution_ends_the_reply() -> None:
    mail = read(letter(f"{ANSWER}\n\nOn 5 Jan 2026 at 09:12, Bob <bob@x.example> wrote: > {OLD}\n> more\n"))
    assert mail.reply == ANSWER
