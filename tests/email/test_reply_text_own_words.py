"""Sentences, lists and lines that look like the beginning of history or of a signature and are an author's own; and histories
that look like an author's words."""

import pytest

from channels.email.read import read
from tests.email.letters import html_letter, letter

LOG = "\nERR 17 tray empty\nERR 18 lid open\n\nPlease have a look at it.\n"
SENTENCES = {
    "en": "On 3 March at 14:20 the server crashed and wrote:",
    "en, with a year": "On 3 March 2026 at 14:20 the server crashed and wrote:",
    "en, with names": "On 3 March 2026 at 14:20 the DB Server on Host A crashed and wrote:",
    "en, a program": "On 3 March at 14:20 cron wrote:",
    "en, an address": "On 3 March 2026 at 14:20 the relay refused bob@x.example and wrote:",
    "en, a person": "On 3 March 2026 at 14:20 I mailed bob@x.example and he wrote:",
    "de": "Am 3. März 2026 um 14:20 stürzte der Server ab und schrieb:",
    "de, perfect": "Am 03.03.2026 um 14:20 hat der Druckserver in das Protokoll geschrieben:",
    "de, a program": "Am 03.03.2026 um 14:20 Uhr schrieb das Programm:",
    "fr": "Le 3 mars 2026 à 14:20, le serveur est tombé et a écrit :",
    "es": "El 3 de marzo de 2026 a las 14:20 el servidor falló y escribió:",
    "it": "Il 3 marzo 2026 alle 14:20 il server si è bloccato e ha scritto:",
    "pt": "Em 3 de março de 2026 às 14:20 o servidor parou e escreveu:",
    "nl": "Op 3 maart 2026 om 14:20 viel de server uit en schreef:",
    "sv": "Den 3 mars 2026 kl. 14:20 kraschade servern och skrev:",
    "pl": "Dnia 3 marca 2026 o 14:20 serwer padł i napisał:",
    "cs": "Dne 3. března 2026 v 14:20 server spadl a napsal:",
    "ru": "3 марта 2026 г. в 14:20 сервер упал и написал:",
    "tr": "3 Mart 2026 14:20 tarihinde sunucu çöktü ve şunu yazdı:",
    "zh": "2026年3月3日 14:20，服务器崩溃了并写道：",
    "ja": "2026年3月3日 14:20にサーバーが落ちて次のように書きました:",
}
LISTS = {
    "words": "Toner\n--\nPaper\n--\nKeys for room 3",
    "sentences": "Printer A is broken.\n--\nPrinter B prints grey.\n--\nPrinter C is fine again, thank you for that.",
    "two matters": "The printer is broken.\n--\nThe second matter: the door does not open any more.",
    "underscores": "This is the screen.\n\n__\nIt says so when I press the red key twice in a row and then wait for a while.",
}
PICTURED = "Works now.\n\nOn 3 Mar 2026, at 14:20, Ada Byte <ada@x.example> wrote:\n\n> Is it on?\n"
HISTORIES = {
    "a name": "Works now.\n\nOn 3 March 2026 at 14:20 Ada Byte wrote:\nIs it on?\n",
    "a login": "Works now.\n\nOn 3/3/2026 2:20 PM, jdoe wrote:\nIs it on?\n",
    "a small name": "Works now.\n\nAm 03.03.2026 um 14:20 schrieb Ada Byte:\nIs it on?\n",
    "a picture of the quote's": PICTURED + "\n<logo.png>\n",
    "pictures among the quote": PICTURED + "<logo.png>\n> Bye\n<image001.jpg><image002.gif>\n",
    "bars": "Works now.\n\n| From: Ada Byte <ada@x.example>\n| Is it on?\n| Bye\n",
}
SIGNATURES = {
    "bare dashes": "--\nBob Byte\nExample Ltd\n+49 30 555 0101",
    "a name only": "--\nBob",
    "a marker": "<signature>\nBob Byte\nExample Ltd",
}
FIELDS = (("From", "To", "Date", "Subject"), ("Von", "An", "Datum", "Betreff"), ("De", "A", "Date", "Objet"))


@pytest.mark.parametrize("above", ["", "Hello,\n\n"])
@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_that_tells_what_something_wrote_stays(sentence: str, above: str) -> None:
    text = above + sentence + LOG
    assert read(letter(text)).reply == text.strip()


def test_a_sentence_about_what_a_program_wrote_stays_also_where_it_is_named() -> None:
    text = "Hello,\n\nOn Mon, 3 March 2026 at 14:20 Outlook stopped and wrote:" + LOG
    assert read(letter(text)).reply == text.strip()


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_what_stands_below_drawn_lines_of_a_list_stays(text: str) -> None:
    mail = read(letter(text + "\n"))
    assert (mail.reply, mail.signature) == (text, "")


def test_a_list_divided_by_dashes_may_end_with_a_signature() -> None:
    mail = read(letter("Toner\n--\nPaper\n--\nBob Byte\n+49 30 555 0101\n"))
    assert (mail.reply, mail.signature) == ("Toner\n--\nPaper", "--\nBob Byte\n+49 30 555 0101")


def test_a_picture_that_the_author_put_in_stays() -> None:
    assert read(letter("See here:\n\n<screen.png>\n")).reply == "See here:\n\n<screen.png>"


@pytest.mark.parametrize("text", HISTORIES.values(), ids=HISTORIES)
def test_what_was_written_before_is_not_the_reply(text: str) -> None:
    assert read(letter(text)).reply == "Works now."


@pytest.mark.parametrize("text", SIGNATURES.values(), ids=SIGNATURES)
def test_the_signature_is_told_apart(text: str) -> None:
    mail = read(letter(f"Works now.\n\n{text}\n"))
    assert (mail.reply, mail.signature) == ("Works now.", text)


@pytest.mark.parametrize("colon", [":", ""])
@pytest.mark.parametrize("labels", FIELDS, ids=lambda labels: str(labels[0]))
def test_the_header_of_a_message_may_be_a_table_of_the_page(labels: tuple[str, ...], colon: str) -> None:
    values = ("Ada Byte/HQ/Org", "desk@help.example", "03.03.2026 14:20", "Printer")
    rows = "".join(f"<tr><td>{label}{colon}</td><td>{value}</td></tr>" for label, value in zip(labels, values, strict=True))
    mail = read(html_letter(f"<p>Works now.</p><table>{rows}</table><hr><p>Is it on?</p>"))
    assert mail.reply == "Works now."


ATTRIBUTION = "<div class=gmail_attr>On Tue, Mar 3, 2026 at 2:20 PM Ada &lt;ada@x.example&gt; wrote:<br></div>"


def quote(text: str) -> str:
    return f"<blockquote class=gmail_quote><div>{text}</div></blockquote>"


PAGES = {
    "in one box": f"<div class=gmail_quote>{ATTRIBUTION}{quote('Which one?')}<div>Hall 3.</div>{quote('Since when?')}"
    f"<div>Monday.</div>{quote('Bye')}</div>",
    "in no box": f"{ATTRIBUTION}{quote('Which one?')}<div>Hall 3.</div>{quote('Since when?')}<div>Monday.</div>{quote('Bye')}",
    "in a box each": f"<div class=gmail_quote>{ATTRIBUTION}{quote('Which one?')}</div><div>Hall 3.</div>"
    f"<div class=gmail_quote>{quote('Since when?')}</div><div>Monday.</div><div class=gmail_quote>{quote('Bye')}</div>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_answers_between_the_quotes_of_a_page_keep_what_they_answer(page: str) -> None:
    said = [line for line in read(html_letter(f"<div>Hi Ada</div>{page}")).reply.split("\n") if line.strip("> ")]
    assert said == ["Hi Ada", "> Which one?", "Hall 3.", "> Since when?", "Monday."]


def test_an_answer_above_all_quotes_of_a_page_needs_none_of_them() -> None:
    page = f"<div>Hall 3.</div><div class=gmail_quote>{ATTRIBUTION}{quote('Which one?' + quote('Old'))}</div>"
    assert read(html_letter(page)).reply == "Hall 3."
