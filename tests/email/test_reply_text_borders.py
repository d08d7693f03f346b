"""What a program draws where its author's words end: lines above a quote, boxes and breaks around a signature."""

import pytest

from channels.email.read import read
from intake.domain.message import Nature
from tests.email.letters import html_letter, letter

ANSWER = "The kettle on level three leaks."
OLD = "<div>We have sealed it in May.</div>"
UNKNOWN = f"<p><b>Zaz:</b> Help Desk<br><b>Zoz:</b> Monday</p></div>{OLD}"  # labels in no language that we know

DRAWN = {
    "outlook mac": f'<div style="BORDER-TOP: #c5d4ef 1pt solid; BORDER-LEFT: medium none; PADDING-TOP: 3pt">{UNKNOWN}',
    "outlook, taken apart": (
        '<div style="border-style: solid none none; border-top-color: rgb(220, 221, 222); border-top-width: 1pt;'
        f' padding: 3pt 0cm 0cm">{UNKNOWN}'
    ),
    "windows mail": (
        '<div style="padding-top: 5px; border-top-color: rgb(229, 229, 229); border-top-width: 1px;'
        f' border-top-style: solid;">{UNKNOWN}'
    ),
    "outlook for android": (
        '<div class="gmail_quote">On Mon, Jan 5, 2026 at 9:12 AM +0100, "Help Desk" &lt;desk@help.example&gt; wrote:<br></div>'
        f'<div dir="ltr">{OLD}</div>'
    ),
    "orange": (
        "<blockquote><p>&gt; Message du 05/01/26 09:12<br>&gt; De : desk@help.example<br>&gt; A : ada@example.org</p>"
        f"{OLD}</blockquote>"
    ),
    "airmail": '<div id="bloop_sign_1" class="bloop_sign">Ada Byte</div>',
    "mailspring": '<signature id="local-7">Ada Byte</signature>',
    "ios": '<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Ada Byte<div>Kitchens</div></div>',
}
BELOW = {
    "old proton": (
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, January 5, 2026 9:12 AM, Ada <ada@example.org> wrote:\n\n> Sealed."
    ),
    "german groupwise": (
        '>>> "Ada" <ada@example.org> schrieb am Montag, 5. Januar 2026 um 09:12 in Nachricht\n<5A@example.org>:\n> Dicht.'
    ),
    "underscores": "____________________________\nAda Byte\nKitchens",
    "superhuman": "Sent via Superhuman",
    "em client": "Sent from eM Client",
    "outlook, chinese": "来自 Outlook for Android",
}


@pytest.mark.parametrize("program", DRAWN)
def test_what_a_program_draws_ends_the_reply(program: str) -> None:
    assert read(html_letter(f"<div>{ANSWER}</div><div><br></div>{DRAWN[program]}")).reply.strip() == ANSWER


@pytest.mark.parametrize("program", BELOW)
def test_what_a_program_writes_ends_the_reply(program: str) -> None:
    assert read(letter(f"{ANSWER}\n\n{BELOW[program]}\n")).reply.strip() == ANSWER


@pytest.mark.parametrize(
    "box", ['<div style="border-top:1px solid #ccc;padding:8px">', '<div style="border-top:1px dotted red;padding-top:3pt">']
)
def test_an_authors_own_box_stays_in_the_reply(box: str) -> None:
    assert "Sum: 4 EUR" in read(html_letter(f"<p>{ANSWER}</p>{box}Sum: 4 EUR</div><p>Is that right?</p>")).reply


@pytest.mark.parametrize("field", ["Delivered-To: Autoresponder", "Preference: auto_reply", "X-Autorespond:"])
def test_fields_of_old_responders_are_known(field: str) -> None:
    raw = f"From: ada@example.org\nTo: desk@help.example\nSubject: Re: Kettle\n{field}\n\nThank you.\n".encode()
    assert read(raw).nature is Nature.AUTO_REPLY


def test_a_word_joined_to_auto_is_no_automatic_reply() -> None:
    assert read(b"From: ada@example.org\nSubject: Auto-lock is too quick\n\nPlease change it.\n").nature is Nature.HUMAN


def test_a_recipient_is_named_beside_full_width_signs() -> None:
    raw = (
        "From: PostMaster@post.example\nTo: desk@help.example\nReturn-Path: <>\nSubject: 系统退信\n"
        "Content-Type: text/plain; charset=utf-8\n\n收件人邮件地址（ada@example.org）不存在，邮件无法送达。\n"
    )
    bounce = read(raw.encode()).bounce
    assert bounce is not None
    assert bounce.recipients == ("ada@example.org",)
