"""What people write in Slack, as the desk reads it."""

import pytest

from channels.slack.reading.block_text import MOST_ELEMENTS, words_of
from channels.slack.reading.mrkdwn import plain
from channels.slack.reading.plain_text import as_written, names_somebody, words_in
from tests.slack.workspace import ANN, BOT_USER, KIM, MENTION, forwarded, said

OWN = frozenset({BOT_USER})

TEXTS = {
    "The printer is out of paper": "The printer is out of paper",
    "a &lt; b &amp;&amp; c &gt; d": "a < b && c > d",
    "&amp;lt; stays": "&lt; stays",
    "see <https://example.com/wiki|the wiki> for it": "see the wiki (https://example.com/wiki) for it",
    "see <https://example.com/wiki>": "see https://example.com/wiki",
    "see <https://example.com|example.com>": "see https://example.com",
    "<https://example.com/a?b=1&amp;c=2|report>": "report (https://example.com/a?b=1&c=2)",
    "mail <mailto:kim@example.com|kim@example.com>": "mail kim@example.com",
    "call <tel:+493012345|+49 30 12345>": "call +49 30 12345 (+493012345)",
    f"<@{KIM}> knows": f"@{KIM} knows",
    f"<@{KIM}|kim> knows": "@kim knows",
    f"{MENTION} the printer": "the printer",
    f"{MENTION}: the printer": "the printer",
    f"hey {MENTION}, the printer": "hey the printer",
    f"<@{BOT_USER}|desk> the printer": "the printer",
    "in <#C0GENERAL01|general>": "in #general",
    "in <#C0GENERAL01|>": "in #C0GENERAL01",
    "<!here> it burns": "@here it burns",
    "<!channel> it burns": "@channel it burns",
    "<!everyone|everyone> look": "@everyone look",
    "<!subteam^S0SUPPORT01|@support> please": "@support please",
    "<!subteam^S0SUPPORT01> please": "@S0SUPPORT01 please",
    "since <!date^1770000000^{date_short}|2 Feb 2026>": "since 2 Feb 2026",
    "since <!date^1770000000^{date}^https://example.com|2 Feb>": "since 2 Feb",
    "since <!date^1770000000^{date}>": "since 1770000000",
    ":fire: it burns": ":fire: it burns",
    "```x = 1 &lt; 2```": "```x = 1 < 2```",
    "*bold* _it_ ~no~ `code`": "*bold* _it_ ~no~ `code`",
    "a < b": "a < b",
    "<": "<",
    "<>": "<>",
    "  \n ": "",
    "\0nul": "nul",
}


@pytest.mark.parametrize("markup", TEXTS)
def test_slacks_markup_is_read_as_people_read_it(markup: str) -> None:
    assert plain(markup, OWN) == TEXTS[markup]


def rich(*elements: dict[str, object]) -> dict[str, object]:
    return {"type": "rich_text", "elements": list(elements)}


def run(kind: str, *elements: dict[str, object]) -> dict[str, object]:
    return {"type": kind, "elements": list(elements)}


def words(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}


def test_a_message_without_text_is_read_from_its_blocks() -> None:
    typed = rich(
        run(
            "rich_text_section",
            {"type": "user", "user_id": BOT_USER},
            words(" my screen "),
            {"type": "emoji", "name": "boom"},
            words(" since "),
            {"type": "link", "url": "https://example.com/x", "text": "monday"},
        ),
        run("rich_text_list", run("rich_text_section", words("one")), run("rich_text_section", words("two"))),
        run("rich_text_quote", words("it was fine")),
        run("rich_text_preformatted", words("E = 5 < 6")),
    )
    assert words_in(said("", blocks=[typed]), OWN) == (
        "my screen :boom: since monday (https://example.com/x)\n- one\n- two\n> it was fine\nE = 5 < 6"
    )


def test_whoever_is_named_in_the_blocks_alone_is_named() -> None:
    typed = rich(run("rich_text_section", {"type": "user", "user_id": BOT_USER}, words(" help")))
    assert names_somebody(said("", blocks=[typed]), OWN)
    assert names_somebody(said(f"please {MENTION}"), OWN)
    assert not names_somebody(
        said(f"&lt;@{BOT_USER}&gt; is written out", blocks=[rich(run("rich_text_section", words("x")))]), OWN
    )
    assert not names_somebody(said(f"<@{ANN}> help"), OWN)


def test_a_forwarded_message_stands_below_the_words_of_whoever_forwards_it() -> None:
    both = said("Can you look at this?", attachments=[forwarded("The VPN &amp; the mail are slow")])
    assert words_in(both) == "Can you look at this?\n\nForwarded message of Kim Roe:\nThe VPN & the mail are slow"
    alone = said("", attachments=[forwarded("The VPN is slow")])
    assert words_in(alone) == "Forwarded message of Kim Roe:\nThe VPN is slow"


def test_what_slack_unfurls_is_no_word_of_the_author() -> None:
    page = {"from_url": "https://example.com", "title": "Example", "text": "A page about examples"}
    assert words_in(said("see <https://example.com>", attachments=[page])) == "see https://example.com"


def test_what_a_program_posts_in_attachments_is_read() -> None:
    alarm = {"pretext": "Alarm", "title": "Disk full", "fields": [{"title": "host", "value": "db1"}, {"value": "95 %"}]}
    assert words_in(said("", attachments=[alarm])) == "Alarm\nDisk full\nhost: db1\n95 %"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Disk* &lt;full&gt;"}}
    assert words_in(said("", blocks=[section])) == "*Disk* <full>"


def test_an_edit_is_told_from_what_slack_changes_by_itself() -> None:
    before = said("see <https://example.com>")
    assert as_written(before) == as_written({**before, "attachments": [{"from_url": "https://example.com"}], "reply_count": 3})
    assert as_written(before) != as_written(said("see <https://example.org>"))
    assert as_written(said("x", files=[{"id": "F1"}])) != as_written(said("x"))


def test_blocks_in_blocks_without_end_are_read_as_far_as_is_sensible() -> None:
    deep: dict[str, object] = words("deep")
    for _ in range(200):
        deep = run("rich_text_list", deep)
    assert words_of([rich(deep)]) == ""
    many = rich(*(run("rich_text_section", words("x")) for _ in range(3 * MOST_ELEMENTS)))
    assert len(words_of([many]).splitlines()) <= MOST_ELEMENTS


@pytest.mark.parametrize("junk", [None, 7, "x", [], {"type": 3}, {"type": "rich_text", "elements": 5}, {"elements": [[]]}])
def test_junk_in_blocks_has_no_words(junk: object) -> None:
    assert words_of([junk]) == ""
