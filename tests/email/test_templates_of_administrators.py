"""Words of one's own: where they lie, which of them counts, and what becomes of a broken one."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.email.outgoing.context import CONTEXTS, EVERYWHERE, News, TicketInWords
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.samples import demand_sound
from channels.email.outgoing.templates import templates_of
from channels.email.outgoing.window_in_words import WindowInWords
from intake.desk.policy import Mailbox
from intake.domain.errors import ConfigError
from tests.email.outgoing import LINKED, PLAIN, TICKET, acknowledgement, as_read, body, html, notices, reply
from tests.email.test_team_mail import new

NAME = re.compile(r"`(\w+)`")
PARTS = ("_frame.html", "_news.txt", "_news.html", "_text.html", "_window.txt", "_window.html", "words.toml")
GREETING = (
    "Subject: [{{ ticket.number }}] {{ subject }}\n\nHello! {{ ticket.number }} is yours.\nSee https://example.com/help\n"
)


def written(folder: Path, **files: str) -> Letterhead:
    """`de__reply_txt` is de/reply.txt."""
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        path = folder / f"{stem.replace('__', '/')}.{ending}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return replace(LINKED, templates=templates_of(folder))


def in_language(letterhead: Letterhead, language: str) -> Letterhead:
    mailboxes = {PLAIN.address: Mailbox(address=PLAIN.address, team="", language=language)}
    return replace(letterhead, policy=replace(letterhead.policy, mailboxes=mailboxes))


def test_a_text_of_ones_own_is_the_mail_and_its_html_says_the_same(tmp_path: Path) -> None:
    letterhead = written(tmp_path, acknowledgement_txt=GREETING)
    demand_sound(letterhead.templates)
    assert body(acknowledgement(), letterhead) == "Hello! HD-1042 is yours.\nSee https://example.com/help\n"
    page = html(acknowledgement(), letterhead)
    assert "Hello! HD-1042 is yours.<br>" in page
    assert '<a href="https://example.com/help">' in page
    assert "What happens next" not in page
    assert "Did this solve it?" in body(reply(resolves=True), letterhead)


def test_html_of_ones_own_goes_with_the_shipped_text(tmp_path: Path) -> None:
    letterhead = written(
        tmp_path, reply_html='{% extends "_frame.html" %}{% block says %}<h1>Ours</h1>{{ text|linked }}{% endblock %}'
    )
    assert "<h1>Ours</h1>" in html(reply("<b>hi</b>"), letterhead)
    assert "&lt;b&gt;hi" in html(reply("<b>hi</b>"), letterhead)
    assert "Help desk, HD-1042" in body(reply(), letterhead)


def test_one_frame_of_ones_own_changes_every_mail(tmp_path: Path) -> None:
    frame = '<html lang="{{ language }}"><p>Example Corp</p>{% block says %}{% endblock %}{% block foot %}{% endblock %}</html>'
    letterhead = written(tmp_path, _frame_html=frame)
    demand_sound(letterhead.templates)
    for outbound in (reply(), acknowledgement(), notices(new(TICKET))):
        assert "<p>Example Corp</p>" in html(outbound, letterhead)


def test_a_text_of_ones_own_stands_in_the_frame_too_with_its_signature_as_the_foot(tmp_path: Path) -> None:
    """The shipped frame, then one's own."""
    letterhead = written(tmp_path, acknowledgement_txt=GREETING + "-- \nExample Corp, {{ ticket.number }}\n")
    page = html(acknowledgement(), letterhead)
    says, foot = page.partition("<body>")[2].split('<div class="foot" role="contentinfo">')
    assert '<div class="mail">' in says
    assert "Hello! HD-1042 is yours.<br>" in says
    assert "Example Corp, HD-1042" in foot
    assert "Example Corp" not in says
    assert "-- " not in foot
    ours = written(tmp_path, _frame_html="<p>Ours</p>{% block says %}{% endblock %}{% block foot %}{% endblock %}")
    assert "<p>Ours</p>" in html(acknowledgement(), ours)
    assert "Hello! HD-1042 is yours.<br>" in html(acknowledgement(), ours)


def test_a_text_without_a_signature_has_no_foot(tmp_path: Path) -> None:
    page = html(acknowledgement(), written(tmp_path, acknowledgement_txt=GREETING))
    assert "Hello! HD-1042 is yours.<br>" in page
    assert '<div class="foot"' not in page


def test_a_folder_named_for_a_language_counts_for_its_mailboxes(tmp_path: Path) -> None:
    letterhead = written(
        tmp_path,
        acknowledgement_txt="Subject: x\n\nEnglish\n",
        fr__acknowledgement_txt="Subject: y\n\nMerci. {{ ticket.label }}\n",
        fr__words_toml='[kind]\nincident = "un incident"\n',
        de__acknowledgement_txt="Subject: z\n\nDeutsch {{ ticket.label }}\n",
    )
    assert demand_sound(letterhead.templates) == 2 * len(CONTEXTS) + 1
    assert body(acknowledgement(), letterhead) == "English\n"
    assert body(acknowledgement(), in_language(letterhead, "fr-CA")) == "Merci. un incident (an error message)\n"
    assert '<html lang="fr">' in html(acknowledgement(), in_language(letterhead, "fr"))
    assert body(acknowledgement(), in_language(letterhead, "de")) == "Deutsch eine Störung (eine Fehlermeldung)\n"
    assert "To add something, answer this mail" in body(reply(), in_language(letterhead, "fr"))


def test_words_of_ones_own_need_not_be_all_of_them(tmp_path: Path) -> None:
    letterhead = written(tmp_path, words_toml='[priority]\nP4 = "when we find the time"\n')
    assert "Priority:      when we find the time: one person is hit" in body(acknowledgement(), letterhead)


FAULTS = [
    ({"reply_txt": "Subject: x\n\n{{ txet }}\n"}, "reply.txt:3: 'txet' is undefined"),
    ({"reply_txt": "Subject: x\n\n{% if text %}\n"}, "reply.txt:3: Unexpected end of template"),
    (
        {"de__page_txt": "Subject: x\n\n\n{{ ticket.numbre }}\n"},
        "de/page.txt:4: ticket has no 'numbre'; it has: number, short_description, ",
    ),
    ({"team_html": "<p>{{ news.event|nosuchfilter }}</p>"}, "team.html:1: No filter named 'nosuchfilter'"),
    ({"team_html": "\n{% if news.tried %}{{ news.oops }}{% endif %}"}, "team.html:2: news has no 'oops'; it has: event, "),
    ({"reply_txt": "Hello\n"}, "reply.txt:1: its first line must be Subject: …"),
    ({"reply_html": '{% extends "_farme.html" %}'}, "there is no template '_farme.html'"),
    ({"digest_html": '{% from "_news.txt" import remark %}'}, "cannot take anything from _news.txt"),
    ({"page_txt": "Subject: x\n\n{{ ''.__class__.__mro__ }}\n"}, "page.txt:3: access to attribute '__class__' of 'str'"),
    ({"page_txt": "Subject: x\n\n{{ 1 // 0 }}\n"}, "page.txt:3: "),
]


@pytest.mark.parametrize(("files", "says"), FAULTS)
def test_a_broken_template_is_named_with_its_file_and_line(tmp_path: Path, files: dict[str, str], says: str) -> None:
    letterhead = written(tmp_path, **files)
    with pytest.raises(ConfigError) as caught:
        demand_sound(letterhead.templates)
    assert says in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    letterhead = written(tmp_path, reply_txt="Subject: x\n{{ a }}", page_txt="Subject: x\n{{ b }}")
    with pytest.raises(ConfigError) as caught:
        demand_sound(letterhead.templates)
    assert len(str(caught.value).split("\n")) == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("aknowledgement.txt", b"", "did you mean acknowledgement.txt?"),
        ("welcome.html", b"", "nothing is called so here"),
        ("reply.txt", b"Subject: x\n\nGr\xfc\xdfe", "reply.txt:3: not UTF-8 text"),
        ("reply.txt", b"x" * 300_000, "larger than 256 kB"),
        ("words.toml", b"[kind]\nincident = \n", "words.toml: Invalid value (at line 2"),
        ("words.toml", b'[kind]\nstorm = "x"\n', "kind.storm is not known here"),
        ("words.toml", b"[impact]\n1 = 2\n", "impact.1 must be words in quotes"),
        ("words.toml", b'[colour]\n1 = "x"\n', "[colour] is not known here"),
    ],
)
def test_a_file_that_nothing_could_use_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        templates_of(tmp_path)
    assert says in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_what_is_no_template_may_lie_there_too(tmp_path: Path) -> None:
    for name in ("README.md", "reply.txt~", ".reply.txt.swp", "logo.png"):
        (tmp_path / name).write_bytes(b"\xff")
    (tmp_path / ".git").mkdir()
    assert templates_of(tmp_path).own == 0


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a folder"):
        templates_of(tmp_path / "nowhere")


def test_a_template_that_fails_at_last_is_told_in_the_log_and_the_mail_goes_in_the_shipped_words(tmp_path: Path) -> None:
    """It passed every trial, and yet."""
    letterhead = written(tmp_path, acknowledgement_txt="Subject: x\n\n{{ 1 // (subject|length - 9) }}\n")
    demand_sound(letterhead.templates)
    with capture_logs() as logs:
        mail = as_read(acknowledgement(replace(TICKET, short_description="9 letters")), letterhead)
    assert mail["Subject"] == "[HD-1042] 9 letters"
    (entry,) = logs
    assert entry["log_level"] == "warning"
    assert "acknowledgement.txt:3: integer division" in entry["why"]


def test_a_template_cannot_write_a_header(tmp_path: Path) -> None:
    letterhead = written(tmp_path, reply_txt="Subject: one\r\nBcc: victim@elsewhere.example\n\nHello\n")
    mail = as_read(reply(), letterhead)
    assert mail["Subject"] == "one"
    assert mail["Bcc"] is None


def test_every_name_that_a_template_may_use_is_explained_to_administrators() -> None:
    text = (Path(__file__).parents[2] / "docs" / "mail-templates.md").read_text("utf-8")
    sections = dict(re.findall(r"^### (\w+)$(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    for context in CONTEXTS:
        cells = re.findall(r"^\| (`.*?) \|", sections[context.template], re.MULTILINE)
        told = {name for cell in cells for name in NAME.findall(cell)}
        assert told == {field.name for field in fields(context)} - {"desk_name", "ticket"}
    for value, section in (("news", sections["news"]), ("ticket", text), ("window", sections["window"])):
        kind = {"news": News, "ticket": TicketInWords, "window": WindowInWords}[value]
        told = set(re.findall(rf"`{value}\.(\w+)`", section))
        assert told == {field.name for field in fields(kind)}


def test_the_documented_names_are_those_that_everything_else_has() -> None:
    text = (Path(__file__).parents[2] / "docs" / "mail-templates.md").read_text("utf-8")
    for name in (*EVERYWHERE, *PARTS):
        assert f"`{name}`" in text
