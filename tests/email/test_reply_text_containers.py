"""The boxes that mail programs put around a quoted message in HTML."""

import pytest

from channels.email.read import read
from tests.email.letters import html_letter

ANSWER = "The scanner on floor two shows error 17."
OLD = "We have replaced the toner last week."

CONTAINERS = {
    "gmail_extra": (
        '<div class="gmail_extra"><br><div class="gmail_quote">On Mon, Jan 5, 2026 at 9:12 AM, Help Desk <span '
        'dir="ltr">&lt;<a href="mailto:desk@help.example">desk@help.example</a>&gt;</span> wrote:<br>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
        "{}</blockquote></div></div>"
    ),
    "outlook 2007": (
        "<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal>"
        "<b><span>From:</span></b> Help Desk [mailto:desk@help.example]<br><b>Sent:</b> Monday, January 5, "
        "2026 9:12 AM<br><b>To:</b> Ada<br><b>Subject:</b> Printer</p></div>{}"
    ),
    "outlook 2003": (
        '<hr size=2 width="100%" align=center tabindex=-1><b>From:</b> Help Desk [mailto:desk@help.example]<br>'
        "<b>Sent:</b> Monday, January 5, 2026 9:12 AM<br><b>To:</b> Ada<br><b>Subject:</b> Printer</p>{}"
    ),
    "outlook mac": (
        '<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>Von: </b>Help '
        "Desk<br><b>Datum: </b>Montag</p></div>{}"
    ),
    "windows mail": (
        '<div style="border-top-color: rgb(229, 229, 229); border-top-width: 1px; border-top-style: solid;">'
        "<div><b>From:</b>&nbsp;<a>Help Desk</a></div><div><b>Sent:</b>&nbsp;Monday, January 5, 2026 9:12 "
        "AM</div><div><b>To:</b> Ada</div></div><div>{}</div>"
    ),
    "hotmail": (
        '<div><hr id="stopSpelling">Date: Mon, 5 Jan 2026 09:12:00<br>Subject: Test<br>From: '
        "desk@help.example<br>To: ada@users.example<br><br>{}</div>"
    ),
    "aol": (
        '<div style="font-family:helvetica">-----Original Message-----<br>From: Help Desk '
        "&lt;desk@help.example&gt;<br>To: ada<br>Sent: Mon, Jan 5, 2026 9:12 am<br>Subject: Test<br>{}</div>"
    ),
    "comcast": (
        '<br><hr><b>From: </b>"Help Desk" &lt;desk@help.example&gt;<br><b>To: </b>ada@users.example<br><b>'
        "Sent: </b>Monday, January 5, 2026 9:12:00 AM<br><b>Subject: </b>Test<br>{}"
    ),
    "iphone": (
        "<br>Sent from my iPhone<div><br>On Jan 5, 2026, at 9:12, Help Desk &lt;<a>desk@help.example</a>&gt; "
        'wrote:<br><br></div><blockquote type="cite"><div>{}</div></blockquote>'
    ),
    "sparrow": (
        '<div>On Monday, January 5, 2026 at 9:12 AM, Help Desk wrote:</div><blockquote type="cite" '
        'style="border-left-style:solid;border-width:1px;margin-left:0px;padding-left:10px;"><span>{}</span>'
        "</blockquote>"
    ),
    "yandex": (
        '<div>05.01.2026, 09:12, "Help Desk" &lt;desk@help.example&gt;:</div><blockquote type="cite"><div>{}</div></blockquote>'
    ),
    "mail.ru": (
        "<br>Понедельник,  5 января 2026, 9:12 +04:00 от Help Desk &lt;desk@help.example&gt;:<br><blockquote "
        'style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;"><div id="style_1"><div '
        'class="cl">{}</div></div></blockquote>'
    ),
    "plain blockquote": (
        "<div>On Jan 5, 2026 at 9:12 AM, Help Desk &lt;desk@help.example&gt; wrote:</div><blockquote "
        'style="margin:0 0 0 .8ex;border-left:1px #ccc solid">{}</blockquote>'
    ),
    "superhuman": (
        '<div class="gmail_quote_attribution">On Mon, Jan 05, 2026 at 9:12 AM, Help Desk <span>'
        '&lt;desk@help.example&gt;</span> wrote:<br></div><blockquote class="gmail_quote"><div>{}</div>'
        "</blockquote>"
    ),
    "hey": (
        "<br><br>On January 5, 2026, Help Desk &lt;desk@help.example&gt; wrote:<br><blockquote "
        'class="hey_quote">{}</blockquote>'
    ),
    "spark": (
        '<div name="messageReplySection">On 5 Jan 2026, 09:12 +0100, Help Desk &lt;desk@help.example&gt;, '
        'wrote:<br><blockquote type="cite" class="spark_quote">{}</blockquote></div>'
    ),
    "newton": '<div class="cm_quote">On Mon, Jan 05, 2026 at 09:12, Help Desk wrote:<blockquote>{}</blockquote></div>',
    "qq": (
        '<div style="font-size:12px;padding:2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div>'
        '<div style="background:#efefef;"><div><b>发件人:</b>&nbsp;"Help Desk"&lt;desk@help.example&gt;;</div>'
        '<div><b>发送时间:</b>&nbsp;2026年1月5日(星期一) 上午9:12</div><div><b>收件人:</b>&nbsp;"Ada";</div><div><b>主题:</b>'
        "&nbsp;Printer</div></div>{}"
    ),
    "163": (
        '<div id="isReplyContent"><blockquote id="isReplyContent" style="PADDING-LEFT:1ex;MARGIN:0 0 0 '
        '0.8ex;BORDER-LEFT:#ccc 1px solid">在 2026-01-05 09:12:00，"Help Desk" &lt;desk@help.example&gt; 写道：<br>'
        "{}</blockquote></div>"
    ),
    "zimbra": (
        '<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>Help Desk<br>'
        '</div><div data-marker="__QUOTED_TEXT__">{}</div>'
    ),
    "zimbra2": (
        '<hr data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>Help Desk<br></div><div '
        'data-marker="__QUOTED_TEXT__">{}</div>'
    ),
    "owa": (
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font '
        'face="Calibri"><b>From:</b> Help Desk<br><b>Sent:</b> Monday<br></font><div>&nbsp;</div></div><div>'
        "{}</div>"
    ),
    "owa x_": '<div id="x_appendonsend"></div><hr><div id="x_divRplyFwdMsg">From: Help</div>{}',
    "owa new": '<div id="mail-editor-reference-message-container"><div>From: Help Desk</div>{}</div>',
    "olk": (
        '<span id="OLK_SRC_BODY_SECTION"><div style="font-family:Calibri;border-top:#b5c4df 1pt solid"><span '
        'style="font-weight:bold">From: </span>Help Desk</div>{}</span>'
    ),
    "yahoo ydp": '<div id="ydp123yahoo_quoted_456" class="ydp123yahoo_quoted"><div>On Monday wrote:</div>{}</div>',
    "yahoo": '<div id="yahoo_quoted_1234" class="yahoo_quoted"><div>On Monday wrote:</div>{}</div>',
    "yahoo old": (
        '<div class="yui_3"><hr size="1"><b>From:</b> Help Desk<br><b>To:</b> ada<br><b>Sent:</b> Monday 5 '
        "January 2026, 9:12<br><b>Subject:</b> x</div>{}"
    ),
    "proton": (
        '<div class="protonmail_signature_block">Sent with Proton Mail</div><div class="protonmail_quote">On '
        'Monday, 5 January 2026 wrote:<blockquote class="protonmail_quote" type="cite">{}</blockquote></div>'
    ),
    "tutanota": ('<div>5. Jan. 2026, 09:12 von desk@help.example:<br></div><blockquote class="tutanota_quote">{}</blockquote>'),
    "gmx": (
        '<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid '
        '#C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b>&nbsp;Montag, 05. Januar 2026 um 09:12 '
        'Uhr<br/><b>Von:</b>&nbsp;"Help"</div><div name="quoted-content">{}</div></div>'
    ),
    "fastmail": (
        '<div>On Mon, Jan 5, 2026, at 9:12, Help Desk wrote:<br></div><blockquote type="cite" id="qt">{}</blockquote>'
    ),
    "outlook mobile": (
        '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
        '<hr><div id="divRplyFwdMsg">From</div>{}'
    ),
    "front": '<blockquote type="cite" class="front-blockquote">{}</blockquote>',
    "zendesk": "<div>##- Please type your reply above this line -##</div>{}",
    "freshdesk": (
        '<div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Mon, 5 Jan at 9:12 , Help '
        "wrote:{}</blockquote></div>"
    ),
    "intercom": '<div class="intercom_quote">{}</div>',
    "missive": '<div class="missive_quote">On Jan 5 wrote: <blockquote>{}</blockquote></div>',
    "mailbird": '<div class="mb_sig"></div><blockquote class="history_container" type="cite">{}</blockquote>',
    "em client": (
        '<div id="x7"><div>------ Original Message ------</div><div>From "Help Desk" '
        "&lt;desk@help.example&gt;</div><div>To ada@users.example</div><div>Date 05.01.2026 09:12:00</div><div>"
        'Subject Printer</div><br><blockquote cite="1@x" type="cite" class="cite2">{}</blockquote></div>'
    ),
    "samsung": (
        '<div style="font-size:100%;color:#000000"><!-- originalMessage --><div>-------- Original message '
        "--------</div><div>From: Help Desk &lt;desk@help.example&gt; </div><div>Date: 05/01/2026  09:12  "
        "(GMT+01:00) </div><div>To: Ada </div><div>Subject: Re: x </div></div>{}"
    ),
    "notes": (
        '<br><font size=1 color=#5f5f5f face="sans-serif">From: &nbsp; &nbsp;</font><font size=1>Help '
        "Desk/HELP</font><br><font>To: &nbsp;</font><font>Ada@USERS</font><br><font>Date: &nbsp;</font><font>"
        "05.01.2026 09:12</font><br><font>Subject: &nbsp;</font><font>Printer</font><hr noshade>{}"
    ),
}


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_history_begins_at_the_box_of_a_mail_program(container: str) -> None:
    style, box = "<style>p{margin:0}</style>", container.replace("{}", OLD)
    mail = read(html_letter(f"<html><head>{style}</head><body><div>{ANSWER}</div><br>{box}</body></html>"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted
    assert OLD in mail.body


GMAIL = (
    '<div class="gmail_quote"><div class="gmail_attr">On 5 Jan 2026 at 09:12, Help &lt;desk@help.example&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">{0}</blockquote>{1}</div>'
)


def test_answers_inside_the_box_of_gmail_are_kept() -> None:
    mail = read(html_letter(f"<div>{ANSWER}</div>{GMAIL.format(OLD, '<div>On floor three too.</div>')}"))
    assert mail.reply.split() == f"{ANSWER} On floor three too.".split()
    assert OLD in mail.quoted


@pytest.mark.parametrize("page", [GMAIL.format(OLD, "") + f"<div>{ANSWER}</div>", GMAIL.format(OLD, f"<div>{ANSWER}</div>")])
def test_an_answer_below_a_quote_of_gmail_is_the_reply(page: str) -> None:
    assert read(html_letter(page)).reply.strip() == ANSWER


def test_a_mail_that_is_only_a_box_is_never_cut_to_nothing() -> None:
    assert ANSWER in read(html_letter(GMAIL.format(ANSWER, ""))).reply


BOB = "Bob &lt;bob@x.example&gt;"
FORWARDS = {
    "en": f"---------- Forwarded message ---------<br>From: {BOB}<br>Date: 5 Jan 2026<br>Subject: x<br>To: ada",
    "de": f"---------- Weitergeleitete Nachricht ---------<br>Von: {BOB}<br>Datum: 5. Jan. 2026<br>Betreff: x<br>An: ada",
    "ja": f"---------- 転送メッセージ ---------<br>差出人: {BOB}<br>日付: 2026年1月5日<br>件名: x<br>宛先: ada",
}


@pytest.mark.parametrize("head", FORWARDS.values(), ids=FORWARDS)
def test_a_forward_in_a_box_is_unwrapped(head: str) -> None:
    mail = read(html_letter(f'<div class="gmail_quote"><div class="gmail_attr">{head}<br></div><br>{ANSWER}</div>'))
    assert mail.reply == ANSWER
    assert mail.forward is not None
    assert mail.forward.sender is not None
    assert mail.forward.sender.email == "bob@x.example"


def test_a_rule_of_their_own_and_a_quotation_of_their_own_are_kept() -> None:
    page = f'<p>The log says:</p><blockquote>ERROR 17</blockquote><div style="border-top:solid 1px #ccc">{ANSWER}</div>'
    assert read(html_letter(page)).reply.split() == f"The log says: ERROR 17 {ANSWER}".split()
