"""Every word of the table of labels does its work, in each of the shapes that mail programs write it in."""

import pytest

from channels.email.read import read
from channels.email.reading.labels import LABELS
from tests.email.letters import letter

ANSWER = "17 / 17 !"  # of no language
OLD = "18 / 18 !"
BOB = "Bob Bit <bob@users.example>"
MOMENT = "2026-01-05 09:12"
ROLES = ("from", "date", "to", "subject")

SHAPES = {
    "plain": "{f}: {bob}\n{d}: {moment}\n{t}: Ada Byte\n{s}: Scanner",
    "a space before the colon": "{f} : {bob}\n{d} : {moment}\n{t} : Ada Byte\n{s} : Scanner",
    "wide colons": "{f}：{bob}\n{d}：{moment}\n{t}：Ada Byte\n{s}：Scanner",
    "bold": "*{f}:* {bob}\n*{d}:* {moment}\n*{t}:* Ada Byte\n*{s}:* Scanner",
    "twice as bold": "**{f}:** {bob}\n**{d}:** {moment}\n**{t}:** Ada Byte\n**{s}:** Scanner",
    "tabs": "{f}:\t{bob}\n{d}:\t{moment}\n{t}:\tAda Byte\n{s}:\tScanner",
    "blank lines": "{f}: {bob}\n\n{d}: {moment}\n\n{t}: Ada Byte\n\n{s}: Scanner",
    "values below": "{f}:\n{bob}\n{d}:\n{moment}\n{t}:\nAda Byte\n{s}:\nScanner",
    "hard spaces": "{f}:\xa0{bob}\xa0\n{d}:\xa0{moment}\n{t}:\xa0Ada Byte\n{s}:\xa0Scanner",
    "marks of direction": "\u200f{f}:\u200e {bob}\n\u200f{d}:\u200e {moment}\n\u200f{t}: Ada Byte\n\u200f{s}: Scanner",
    "many recipients": "{f}: {bob}\n{d}: {moment}\n{t}: Ada <ada@x.example>; C <c@x.example>;\n D <d@x.example>\n{s}: Scanner",
    "an old address": "{f}: Bob Bit [mailto:bob@users.example]\n{d}: {moment}\n{t}: Ada Byte\n{s}: Scanner",
    "a link in it": "{f}: Bob Bit <bob@users.example<mailto:bob@users.example>>\n{d}: {moment}\n{t}: Ada Byte\n{s}: Scanner",
    "subject first": "{s}: Scanner\n{d}: {moment}\n{f}: {bob}\n{t}: Ada Byte",
    "date first": "{d}: {moment}\n{f}: {bob}\n{t}: Ada Byte\n{s}: Scanner",
    "half in English": "{f}: {bob}\nDate: {moment}\nSubject: Scanner\nTo: Ada Byte",
    "a table": "| {f} | {bob} |\n| {d} | {moment} |\n| {t} | Ada Byte |\n| {s} | Scanner |",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("language", LABELS)
def test_a_header_block_is_known_in_every_language_and_shape(language: str, shape: str) -> None:
    words = LABELS[language]
    for column in range(max(len(words[role]) for role in ROLES)):
        named = {role[0]: words[role][min(column, len(words[role]) - 1)].capitalize() for role in ROLES}
        mail = read(letter(f"{ANSWER}\n\n{shape.format(bob=BOB, moment=MOMENT, **named)}\n\n{OLD}\n", subject="Fwd: Scanner"))
        assert mail.reply == ANSWER, named
        assert mail.forward is not None
        assert mail.forward.sender is not None
        assert (mail.forward.sender.email, mail.forward.subject, mail.forward.text) == ("bob@users.example", "Scanner", OLD)


FRAMES = ("-----{}-----", "---------- {} ----------", "-------- {} --------\n", "________ {} ________", "{}:")


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("language", LABELS)
def test_a_marker_line_is_known_in_every_language(language: str, frame: str) -> None:
    for word in (*LABELS[language]["original"], *LABELS[language]["forwarded"]):
        if word == "original" and not frame.startswith("--"):
            continue
        mail = read(letter(f"{ANSWER}\n\n{frame.format(word.title())}\n{OLD}\n"))
        assert mail.reply == ANSWER, word
        assert OLD in mail.quoted


@pytest.mark.parametrize("language", LABELS)
def test_an_attribution_is_known_in_every_language(language: str) -> None:
    for verb in LABELS[language]["wrote"]:
        for line in (f"{MOMENT} {BOB} {verb}:", f"{BOB} {verb} {MOMENT}:", f"Bob Bit {verb}:"):
            mail = read(letter(f"{ANSWER}\n\n{line}\n> {OLD}\n"))
            assert mail.reply == ANSWER, line
            assert OLD in mail.quoted


@pytest.mark.parametrize("language", LABELS)
def test_a_letter_ends_with_its_closing_in_every_language(language: str) -> None:
    for closing in LABELS[language]["closings"]:
        for end in (f"{closing.capitalize()},\nAda", f"{closing}\n\nAda Byte\nUsers Inc.\n+41 44 000 00 00"):
            mail = read(letter(f"{ANSWER}\n\n{end}\n"))
            assert (mail.reply, mail.signature) == (ANSWER, end)
    for thanks in LABELS[language]["thanks"]:
        assert read(letter(f"{ANSWER}\n\n{thanks.capitalize()}!\nAda\n")).reply == ANSWER, thanks
