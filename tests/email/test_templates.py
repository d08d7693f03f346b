"""The shipped words of outgoing mail: text first, the same as HTML, in English and German."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.outgoing.context import CONTEXTS
from channels.email.outgoing.html import linked
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.samples import SAMPLES, demand_sound
from channels.email.outgoing.templates import Letter, shipped
from intake.desk.outbound import Outbound
from intake.desk.policy import Mailbox
from intake.domain.notice import NoticeKind
from tests.email.outgoing import LINKED, PLAIN, TICKET, acknowledgement, as_read, body, html, notices, reply, said, told

TAGS = re.compile(r"<style>.*?</style>|<title>.*?</title>|<[^>]*>", re.DOTALL)
EVIL = '<script>alert(1)</script><img src=x onerror=y> & "quoted" {{ ticket.number }} {% raw %}'


def german(letterhead: Letterhead) -> Letterhead:
    address = letterhead.address
    mailboxes = {address: Mailbox(address=address, team="", language="de")}
    return replace(letterhead, policy=replace(letterhead.policy, mailboxes=mailboxes))


def every_letter(language: str) -> Iterator[Letter]:
    for name, makes in SAMPLES.items():
        for make in makes:
            yield shipped().letter(name, language, make)


class Tags(HTMLParser):
    """What is open at each moment, and each tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def test_every_shipped_template_is_sound_in_every_case() -> None:
    assert shipped().languages == ["de", "en"]
    assert demand_sound(shipped()) == 2 * len(CONTEXTS)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_mail_is_well_formed_fetches_nothing_and_says_its_language(language: str) -> None:
    for letter in every_letter(language):
        tags = Tags(letter.html)
        assert tags.open == []
        assert tags.of("html") == [{"lang": language}]
        assert len(tags.of("h1")) <= 1
        names = {name for name, _ in tags.seen}
        assert not names & {"img", "script", "link", "iframe", "form", "table", "font", "object"}
        assert not re.search(r"url\(|@import|src=|background=", letter.html)
        assert "width=device-width" in letter.html


@pytest.mark.parametrize("language", ["en", "de"])
def test_both_parts_of_a_mail_say_the_same(language: str) -> None:
    """What must not be missing: numbers, addresses, commands."""
    for letter in every_letter(language):
        plain = TAGS.sub(" ", letter.html)
        for word in (*re.findall(r"HD-[0-9]+|intake [a-z-]+|desk\+\S+", letter.text), "IT Support"):
            assert (word in plain) == (word in letter.text), (word, letter.text)
        assert set(re.findall(r"https://desk\S+", letter.text)) == set(re.findall(r'href="(https://desk[^"]+)"', letter.html))


def test_the_lines_of_every_text_fit_a_narrow_window() -> None:
    for language in ("en", "de"):
        for letter in every_letter(language):
            ours = [line for line in letter.text.split("\n") if not line.startswith("  HD-")]  # which end with people's words
            assert max(map(len, ours)) <= 88


def test_links_are_named_with_words() -> None:
    for outbound in (acknowledgement(), reply(resolves=True)):
        for text in re.findall(r"<a [^>]*>(.*?)</a>", html(outbound, LINKED)):
            assert "://" not in text
            assert len(text.split()) >= 3


@pytest.mark.parametrize(
    "outbound",
    [
        reply(EVIL, ticket=replace(TICKET, short_description=EVIL)),
        acknowledgement(replace(TICKET, short_description=EVIL)),
        notices((TICKET, NoticeKind.ARRIVAL, dict.fromkeys(("by", "why", "tried"), EVIL))),
        notices((TICKET, NoticeKind.WATCHED, {"what": EVIL, "by": EVIL})),
        notices((TICKET, NoticeKind.UNREACHED, {"why": EVIL}), (replace(TICKET, number=2), NoticeKind.ADDITION, {"by": EVIL})),
        notices((replace(TICKET, short_description=EVIL), NoticeKind.PAGE, {})),
        notices((replace(TICKET, short_description=EVIL), NoticeKind.NOT_PASSED_ON, {"why": EVIL})),
        told(notices((TICKET, NoticeKind.ARRIVAL, {})), EVIL, EVIL),
        told(notices((TICKET, NoticeKind.PAGE, {})), EVIL, EVIL),
    ],
)
def test_what_people_write_stays_text(outbound: Outbound) -> None:
    tags = Tags(html(outbound, LINKED))
    assert not {name for name, _ in tags.seen} & {"script", "img"}
    assert "{{ ticket.number }}" in html(outbound, LINKED)
    assert "<script>alert(1)</script>" in body(outbound, LINKED)


@given(st.text(max_size=500))
def test_any_answer_is_html_that_holds(text: str) -> None:
    assert Tags(html(reply(text))).open == []


def test_lines_and_indents_of_an_answer_stay() -> None:
    page = html(reply("one\n  two\n\nthree"))
    assert '<p dir="auto">one<br>\n&nbsp; two</p>\n<p dir="auto">three</p>' in page


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.com/a?b=1&c=2.", ["https://example.com/a?b=1&amp;c=2"]),
        ("(https://example.com/x)", ["https://example.com/x"]),
        ("https://example.com/a_(b)!", ["https://example.com/a_(b)"]),
        ("<https://example.com/x>", ["https://example.com/x"]),
        ('https://example.com/"onmouseover="x', ["https://example.com/"]),
        ("https://example.com/\u202egpj.exe", ["https://example.com/"]),
        ("HTTP://EXAMPLE.COM and https://größe.example/ß", ["HTTP://EXAMPLE.COM", "https://größe.example/ß"]),
        ("javascript:alert(1) data:text/html,x file:///etc/passwd https:// www.example.com", []),
    ],
)
def test_web_addresses_in_an_answer_lead_where_they_say(text: str, links: list[str]) -> None:
    found = re.findall(r'<a href="([^"]*)">([^<]*)</a>', linked(text))
    assert found == [(link, link) for link in links]


def test_an_answer_full_of_addresses_is_bounded() -> None:
    assert linked("https://a.example/ " * 5_000).count("<a ") == 200
    assert linked("https://a.example/" + ")" * 50_000).count("<a ") == 1


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_all_words_stand_out_from_what_is_behind_them_in_light_and_dark() -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    style = re.search(r"<style>(.*?)</style>", html(reply()), re.DOTALL)
    assert style is not None
    light, dark = style[1].split("@media (prefers-color-scheme: dark)")
    for sheet in (light, dark):
        behind = re.findall(r"background: (#[0-9a-f]{6})", sheet)
        words = re.findall(r"[ {;]color: (#[0-9a-f]{6})", sheet)
        assert len(behind) == 2
        assert len(words) >= 3
        for one, other in product(map(luminance, behind), map(luminance, words)):
            assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


def test_the_mailbox_that_a_ticket_came_to_chooses_the_language() -> None:
    text = body(acknowledgement(), german(LINKED))
    assert "Danke, Ihre Nachricht ist bei uns." in text
    assert "  Wir verstehen es als: eine Störung (eine Fehlermeldung)\n" in text
    assert "<dt>Wir verstehen es als</dt>" in html(acknowledgement(), german(LINKED))
    mail = as_read(reply(resolves=True), german(PLAIN))
    assert mail["Content-Language"] == "de"
    assert "innerhalb von 30 Tagen" in said("plain", mail)
    assert '<html lang="de">' in said("html", mail)


@pytest.mark.parametrize(
    ("language", "says"), [("de-AT", "Danke"), ("en", "Thank you"), ("fr", "Thank you"), ("", "Thank you")]
)
def test_a_language_without_words_is_answered_in_its_next_of_kin(language: str, says: str) -> None:
    mailboxes = {PLAIN.address: Mailbox(address=PLAIN.address, team="", language=language)}
    assert says in body(acknowledgement(), replace(PLAIN, policy=replace(PLAIN.policy, mailboxes=mailboxes)))
