"""Text and parts: nobody's words become markup, and nothing is longer than Slack takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.slack.blocks.moment import moment
from channels.slack.blocks.parts import actions, button, context, field_section, header, menu, option, section
from channels.slack.blocks.post import MOST_CHARACTERS, post
from channels.slack.blocks.text import cut, cut_markup, escaped, mrkdwn, one_line, plain_text, quoted, with_links
from channels.slack.presses import Press, Pressed, press_of, read_more, read_value, to_more
from tests.slack.block_checker import check_blocks, check_message
from tests.slack.outgoing import MONDAY


@pytest.mark.parametrize(
    "words", ["<!channel>", "<!here>", "<@U0ANN>", "<#C1|x>", "<https://evil.example|our page>", "a & b < c > d"]
)
def test_what_people_write_mentions_nobody_and_masks_no_link(words: str) -> None:
    safe = escaped(words)
    assert "<" not in safe
    assert ">" not in safe
    assert safe.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == words


def test_a_web_address_in_an_answer_leads_where_it_says() -> None:
    said = with_links("See https://help.example.com/a?b=1&c=<x> (or http://b.example).")
    assert said == "See <https://help.example.com/a?b=1&amp;c=>&lt;x&gt; (or <http://b.example>)."


def test_what_turns_a_line_around_is_taken_out() -> None:
    assert escaped("a\u202eb\x00c\ud800d\u200b") == "abcd"


def test_nothing_is_cut_within_an_entity_or_a_tag() -> None:
    assert cut_markup("ab &lt;", 6) == "ab…"
    assert cut_markup(f"by {moment(MONDAY)}", 20) == "by…"


def test_words_are_cut_at_a_blank_where_one_is_near() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("unbroken", 5) == "unbr…"
    assert cut("short", 5) == "short"


@given(st.text(max_size=4_000), st.integers(min_value=2, max_value=400))
@settings(max_examples=50, deadline=None)
def test_any_text_fits_where_it_is_put(words: str, most: int) -> None:
    assert len(cut(words, most)) <= most
    assert len(escaped(words, most)) <= most
    assert len(one_line(words, most)) <= most
    assert len(quoted(words, max(most, 40))) <= max(most, 40)
    blocks = [
        header(words),
        section(escaped(words)),
        section(with_links(words)),
        field_section([escaped(words)] * 12),
        context(*[escaped(words, 300)] * 12),
        actions(
            button(Press.TAKE, words, Pressed(ticket=1, seen=2)),
            menu(Press.MORE, words, [option(words, Pressed(ticket=1, seen=2))]),
        ),
    ]
    made = post(escaped(words) or "-", blocks)
    check_message(made.text, made.blocks)


def test_a_message_that_would_be_too_much_is_shortened_and_keeps_its_buttons() -> None:
    press = actions(button(Press.TAKE, "Take", Pressed(ticket=1, seen=2)))
    made = post("much", [*[section("x" * 2_900) for _ in range(9)], press])
    check_blocks(made.blocks)
    assert made.blocks[-1] == press
    assert sum(len(str(block)) for block in made.blocks) < MOST_CHARACTERS + 2_000


def test_fifty_blocks_are_the_most() -> None:
    assert len(post("many", [context("x") for _ in range(70)]).blocks) == 50


def test_a_title_is_plain_and_never_empty() -> None:
    assert plain_text("<!channel>")["type"] == "plain_text"
    assert plain_text("  ")["text"] == mrkdwn("")["text"] == "-"


def test_what_a_button_says_can_be_read_again() -> None:
    drawn = button(Press.CHOOSE, "HD-7", Pressed(ticket=9, seen=4, more="7"), mark="7")
    assert press_of(str(drawn["action_id"])) is Press.CHOOSE
    assert read_value(str(drawn["value"])) == Pressed(ticket=9, seen=4, more="7")


@pytest.mark.parametrize("more", ["", "nothing", "accept_reply-x", "accept_reply-5-5", "-5"])
def test_an_option_that_we_never_wrote_is_none(more: str) -> None:
    assert read_more(more) is None


def test_an_option_of_a_held_reply_names_it() -> None:
    assert read_more(to_more(Press.ACCEPT_REPLY, 55)) == (Press.ACCEPT_REPLY, 55)
    assert read_more(to_more(Press.HOLD)) == (Press.HOLD, None)
    assert read_value(f"1.2.{to_more(Press.REJECT_REPLY, 55)}") is not None
