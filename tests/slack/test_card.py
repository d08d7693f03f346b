"""The card: what the desk's own people see at a glance, and what they can press."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.slack.json_value import items, text
from channels.slack.outgoing.card import card
from channels.slack.presses import Press, press_of, read_value
from intake.domain.channel import Channel
from intake.domain.clock import ClockState, KeptClock, KeptClocks
from intake.domain.label import Category, Kind
from intake.domain.ticket import State, Ticket, Tier
from tests.slack.block_checker import check_message, texts_of
from tests.slack.outgoing import CARD, LETTERHEAD, MONDAY, TICKET, URGENT, message, mirrored, shown

german = replace(LETTERHEAD, policy=replace(LETTERHEAD.policy, chat=replace(LETTERHEAD.policy.chat, language="de")))


def drawn(ticket: Ticket = TICKET, **more: object) -> str:
    made = card(mirrored(ticket=ticket, what=shown(**more)), LETTERHEAD)
    check_message(made.text, made.blocks)
    return "\n".join(texts_of(made.blocks))


def pressable(ticket: Ticket, **more: object) -> list[str]:
    """What its buttons and its menu offer."""
    made = card(mirrored(ticket=ticket, what=shown(**more)), LETTERHEAD)
    check_message(made.text, made.blocks)
    found = []
    for block in made.blocks:
        for element in items(block, "elements"):
            press = press_of(text(element, "action_id"))
            if press is Press.MORE:
                found += [_more(text(one, "value")) for one in items(element, "options")]
            elif press is not None:
                found.append(press.value)
    return found


def _more(value: str) -> str:
    pressed = read_value(value)
    assert pressed is not None
    assert (pressed.ticket, pressed.seen) == (1042, 3)
    return pressed.more


def test_a_card_says_what_who_and_since_when() -> None:
    said = drawn()
    for one in ("P4 HD-1042: Nobody can log in to payroll", "Ann Example", "ann@customer.example", "An incident", "nobody yet"):
        assert one in said
    assert "<#C0HELP00001>" in said
    assert "“cannot log in” → an incident" in said
    assert "83 % sure" in said


def test_what_they_said_is_quoted_and_calls_nobody() -> None:
    said = drawn()
    assert "> Payroll says *no* to everybody." in said
    assert "&lt;!channel&gt; &amp; it is &lt;urgent&gt;" in said


def test_only_the_first_six_hundred_characters_are_quoted() -> None:
    quotation = next(
        one for one in texts_of(card(mirrored(what=shown(asked=message("word " * 400))), LETTERHEAD).blocks) if one[0] == ">"
    )
    assert 500 < len(quotation) <= 600
    assert quotation.endswith("…")


def test_when_it_is_due_is_right_in_every_zone() -> None:
    said = drawn()
    due = int((MONDAY + timedelta(hours=4)).timestamp())
    assert f"Answer by <!date^{due}^{{date_short_pretty}} {{time}}|2026-11-23 13:00 UTC>" in said
    assert "*Was to be solved <!date^" in said


@pytest.mark.parametrize(
    ("state", "says"),
    [(ClockState.STOPPED, "Answered"), (ClockState.PAUSED, "Clock paused"), (ClockState.RUNNING, "Answer by")],
)
def test_a_clock_says_how_it_stands(state: ClockState, says: str) -> None:
    response = KeptClock(state=state, due=MONDAY if state is ClockState.RUNNING else None)
    assert says in drawn(clocks=KeptClocks(ticket=1042, policy="1", response=response))


def test_a_ticket_on_hold_says_why_and_until_when() -> None:
    held = replace(TICKET, state=State.ON_HOLD, on_hold_reason="waits for <a> part", on_hold_until=MONDAY)
    said = drawn(held)
    assert "On hold: waits for &lt;a&gt; part" in said
    assert "On hold until <!date^" in said


@pytest.mark.parametrize(
    ("ticket", "offered"),
    [
        (TICKET, ["take", "reply", "resolve", "escalate", "hold", "relabel", "merge"]),
        (
            replace(TICKET, assigned_to="Robin", state=State.IN_PROGRESS),
            ["reply", "resolve", "escalate", "hold", "relabel", "merge"],
        ),
        (
            replace(TICKET, tier=Tier.LEADS, assignment_group="cio-leads"),
            ["take", "reply", "resolve", "hold", "return", "relabel", "merge"],
        ),
        (replace(TICKET, state=State.ON_HOLD), ["take", "reply", "resolve", "escalate", "resume", "relabel", "merge"]),
        (replace(TICKET, state=State.RESOLVED), ["reopen", "reply", "relabel"]),
        (replace(TICKET, state=State.CLOSED), []),
        (replace(TICKET, state=State.CANCELED, merged_into=7), []),
    ],
)
def test_only_what_makes_sense_now_is_offered(ticket: Ticket, offered: Sequence[str]) -> None:
    assert pressable(ticket) == list(offered)


def test_each_held_reply_can_be_accepted_or_rejected() -> None:
    """By a number, for one person may have written several; what cannot be read there is not offered."""
    held = tuple(message(f"Me too {count}", id=50 + count, held=True, name="Eve & Co") for count in range(7))
    offered = pressable(TICKET, held=held, held_in_all=100)
    assert [one for one in offered if one.startswith("accept")] == [f"accept_reply-{50 + count}" for count in range(5)]
    assert "reject_reply-54" in offered
    said = drawn(held=held, held_in_all=100)
    assert "5. Held: Eve &amp; Co" in said
    assert "5. Accept the reply of Eve & Co" in said
    assert "Me too 4" in said
    assert "Me too 5" not in said
    assert "and 95 more that are held" in said


def test_a_menu_forgets_what_was_chosen_when_the_ticket_changes() -> None:
    names = {
        text(element, "action_id")
        for revision in (3, 4)
        for block in card(mirrored(ticket=replace(TICKET, revision=revision)), LETTERHEAD).blocks
        for element in items(block, "elements")
        if text(element, "type") == "static_select"
    }
    assert names == {"more/3", "more/4"}


def test_a_card_that_moved_is_one_line_without_buttons() -> None:
    made = card(
        mirrored(ticket=replace(TICKET, assignment_group="cio"), mirror=replace(CARD, ref="C1/2", over=True)), LETTERHEAD
    )
    check_message(made.text, made.blocks)
    assert texts_of(made.blocks) == [f"*HD-1042* is with {LETTERHEAD.team('cio')} now."]


def test_a_merged_ticket_says_where_it_went() -> None:
    said = drawn(replace(TICKET, state=State.CANCELED, merged_into=7))
    assert "was merged into HD-7" in said
    assert "Ann Example" not in said


@pytest.mark.parametrize("channel", list(Channel))
def test_a_ticket_of_any_channel_says_where_it_came_from(channel: Channel) -> None:
    assert drawn(asked=replace(message("Hello"), channel=channel), room=None)


def test_a_card_with_nothing_to_show_is_still_a_card() -> None:
    bare = replace(TICKET, kind=Kind.NONE, category=None, caller=None, short_description="")
    made = card(replace(mirrored(ticket=bare), shown=None), LETTERHEAD)
    check_message(made.text, made.blocks)


def test_the_worst_that_people_can_write_fits() -> None:
    worst = "&<>" * 3_000
    ticket = replace(TICKET, short_description=worst[:160], assigned_to=worst, on_hold_reason=worst, state=State.ON_HOLD)
    held = tuple(message(worst, id=count, held=True, name=worst) for count in range(40))
    assert drawn(ticket, asked=message(worst, name=worst), held=held, caller=None)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("state", list(State))
def test_every_card_can_be_drawn_in_german(kind: Kind, state: State) -> None:
    category = next((one for one in Category if one.kind is kind), None)
    made = card(mirrored(ticket=replace(URGENT, kind=kind, category=category, state=state, tier=Tier.TEAM)), german)
    check_message(made.text, made.blocks)
    assert "HD-1042" in made.text


def test_a_headline_of_emoji_fits() -> None:
    blocks = card(mirrored(ticket=replace(TICKET, short_description="\N{FIRE}" * 160)), LETTERHEAD).blocks
    assert len(text(blocks[0], "text", "text").encode("utf-16-le")) // 2 <= 150
