"""What telephones, programs, gateways and lawyers add to a letter, in the languages that they do it in."""

import pytest

from channels.email.read import read
from tests.email.letters import html_letter, letter
from tests.email.reply_text_tables import table

ANSWER = "The scanner on floor two shows error 17."
OLD = "We have replaced the toner last week."

IPHONE = table(__file__, "iphone")
ANDROID = table(__file__, "android")
OUTLOOK = table(__file__, "outlook")
PROGRAMS = table(__file__, "programs")
FOOTERS = {
    f"{kind}, {name}": line
    for kind, table in (("iPhone", IPHONE), ("Android", ANDROID), ("Outlook", OUTLOOK), ("program", PROGRAMS))
    for name, line in table.items()
}


@pytest.mark.parametrize("footer", FOOTERS.values(), ids=FOOTERS)
def test_a_device_does_not_speak_for_its_owner(footer: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{footer}\n\nOn Jan 5, 2026, at 9:12, Help Desk <desk@help.example> wrote:\n\n> {OLD}\n"))
    assert (mail.reply, mail.signature) == (ANSWER, footer)
    assert OLD in mail.quoted


DISCLAIMERS = table(__file__, "disclaimers")


@pytest.mark.parametrize("text", DISCLAIMERS.values(), ids=DISCLAIMERS)
def test_a_legal_notice_is_no_part_of_the_answer(text: str) -> None:
    mail = read(letter(f"{ANSWER}\n\nKind regards,\nAda\n\n{text}\n"))
    assert (mail.reply, mail.signature) == (ANSWER, f"Kind regards,\nAda\n\n{text}")
    assert read(letter(f"{ANSWER}\n\n{text}\n")).reply == ANSWER


WARNINGS = table(__file__, "warnings")


@pytest.mark.parametrize("text", WARNINGS.values(), ids=WARNINGS)
def test_the_warning_of_a_gateway_is_not_the_authors(text: str) -> None:
    mail = read(letter(f"{text}\n\n{ANSWER}\n"))
    assert mail.reply == ANSWER
    assert mail.quoted.startswith(text.partition("\n")[0])


TROUBLES = (
    "Outlook für iOS stürzt ab",
    "Von meinem Handy geht es auch nicht",
    "내 iPhone 화면이 깨졌어요",
    "iOS용 Outlook이 안 열려요",
    "iOS için Outlook çalışmıyor",
    "Az iPhone nem működik",
    "从 Windows 登录失败",
    "Outlook voor iOS werkt niet",
    "Sent by mail yesterday, nothing came",
    "Get Outlook to open the file",
    "This message appears on the printer",
    "The mail never reached the intended recipient.",
    "Please delete this message from the queue.",
)


@pytest.mark.parametrize("text", TROUBLES)
def test_trouble_with_a_device_is_no_footer(text: str) -> None:
    assert read(letter(f"{ANSWER}\n\n{text}\n")).reply == f"{ANSWER}\n\n{text}"


KEPT = table(__file__, "kept")


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_only_resembles_those_is_kept(text: str) -> None:
    assert read(letter(f"{text}\n")).reply == text.strip()


BOXES = table(__file__, "boxes")


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_a_signature_in_its_box_is_told_from_the_text(box: str) -> None:
    name = "Ada Byte | Users Inc. | Room 4"
    mail = read(html_letter(f"<div>{ANSWER}</div><br>{box.format(name)}"))
    assert mail.reply == ANSWER
    assert name in mail.signature
    quote = f'<div class="gmail_quote"><div class="gmail_attr">On Monday:</div><blockquote>{OLD}</blockquote></div>'
    both = read(html_letter(f"<div>{ANSWER}</div><br>{box.format(name)}{quote}"))
    assert both.reply == ANSWER
    assert name in both.signature
    assert OLD in both.quoted


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_an_answer_written_into_the_box_of_the_signature_is_kept(box: str) -> None:
    assert ANSWER in read(html_letter(box.format(ANSWER))).reply
