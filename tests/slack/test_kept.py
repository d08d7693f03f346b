"""What of all that Slack tells becomes an input, and what is nobody's business."""

from collections.abc import Mapping

import pytest

from channels.slack.door.kept import Fate, Keeping
from channels.slack.envelope import Kind
from channels.slack.json_value import Json
from channels.slack.presses import NO_INPUT, Press, Pressed, to_more
from channels.slack.reading.parse_event import HEARD
from tests.slack import workspace as w
from tests.slack.door import GROUP, POLICY

KEEPING = Keeping(POLICY)
ROOT, LATER = w.ts(-9), w.ts(1)
JOINED = w.event({**w.said("has joined", room=w.HELP), "subtype": "channel_join"})
UNFURLED = w.changed("see <https://example.com>", before="see <https://example.com>", room=w.HELP)
TOMBSTONE = w.event(
    {
        "type": "message",
        "subtype": "message_changed",
        "channel": w.GENERAL,
        "message": {"subtype": "tombstone", "ts": w.ts(0), "user": "USLACKBOT", "text": "This message was deleted."},
        "previous_message": {"ts": w.ts(0), "user": w.ANN, "text": "oops"},
    }
)
CHANGED_BY_A_BOT = w.event(
    {
        "type": "message",
        "subtype": "message_changed",
        "channel": w.HELP,
        "message": {"ts": w.ts(0), "bot_id": w.OTHER_BOT, "text": "deploy: 80 %"},
        "previous_message": {"ts": w.ts(0), "bot_id": w.OTHER_BOT, "text": "deploy: 79 %"},
    }
)
OUR_CARD_CHANGED = w.event(
    {
        "type": "message",
        "subtype": "message_changed",
        "channel": w.TRIAGE,
        "message": {"ts": w.ts(0), "bot_id": w.BOT_ID, "app_id": w.APP, "text": "new"},
        "previous_message": {"ts": w.ts(0), "bot_id": w.BOT_ID, "app_id": w.APP, "text": "old"},
    }
)

EVENTS: Mapping[str, tuple[Json, Fate]] = {
    "a message in a request channel": (w.message(room=w.HELP), Fate.KEPT),
    "talk in any other channel": (w.message(room=w.GENERAL), Fate.IGNORED),
    "a mention there": (w.message(f"{w.MENTION} help", room=w.GENERAL), Fate.KEPT),
    "the event of the mention": (w.app_mention(f"{w.MENTION} help", room=w.GENERAL), Fate.KEPT),
    "a thread there": (w.message(room=w.GENERAL, thread=ROOT, at=LATER), Fate.KEPT),
    "a thread's root there": (w.message(room=w.GENERAL, at=w.ts(0), thread=w.ts(0)), Fate.IGNORED),
    "a thread's answer that is sent to the channel too": (
        w.message(room=w.GENERAL, subtype="thread_broadcast", thread=ROOT, at=LATER),
        Fate.KEPT,
    ),
    "a direct message": (w.direct_message("help"), Fate.KEPT),
    "talk in a triage channel": (w.message(room=w.TRIAGE), Fate.KEPT),
    "a file": (w.file_share(room=w.HELP), Fate.KEPT),
    "about oneself": (w.message("is confused", subtype="me_message", room=w.HELP), Fate.KEPT),
    "another program": (w.bot_message("deployed", room=w.HELP), Fate.KEPT),
    "another program elsewhere": (w.bot_message("deployed", room=w.GENERAL), Fate.IGNORED),
    "our own message": (w.own_message("HD-1 is yours", room=w.TRIAGE), Fate.IGNORED),
    "somebody joins": (JOINED, Fate.IGNORED),
    "a topic": (w.message(subtype="channel_topic", room=w.HELP), Fate.IGNORED),
    "an answer is counted": (w.message(subtype="message_replied", room=w.HELP), Fate.IGNORED),
    "an edit": (w.changed("b", before="a", edited=w.ts(3), room=w.HELP), Fate.KEPT),
    "an edit elsewhere": (w.changed("b", before="a", edited=w.ts(3), room=w.GENERAL), Fate.IF_KNOWN),
    "an edit that mentions us": (w.changed(f"{w.MENTION} b", before="a", room=w.GENERAL), Fate.KEPT),
    "an edit that no longer does": (w.changed("b", before=f"{w.MENTION} a", room=w.GENERAL), Fate.KEPT),
    "a link unfurls": (UNFURLED, Fate.IGNORED),
    "a card of ours changes": (OUR_CARD_CHANGED, Fate.IGNORED),
    "a program edits itself": (CHANGED_BY_A_BOT, Fate.IF_KNOWN),
    "a deletion": (w.deleted(room=w.HELP), Fate.KEPT),
    "a deletion elsewhere": (w.deleted(room=w.GENERAL), Fate.IF_KNOWN),
    "a deletion that leaves its answers": (TOMBSTONE, Fate.IF_KNOWN),
    "the reaction of a channel without a row": (w.reaction("ticket", room=w.GENERAL), Fate.KEPT),
    "the reaction of a request channel": (w.reaction("sos", room=w.HELP), Fate.KEPT),
    "another's reaction there": (w.reaction("ticket", room=w.HELP), Fate.IGNORED),
    "thumbs up": (w.reaction("+1", room=w.HELP), Fate.IGNORED),
    "the reaction to what the desk has said": (w.reaction("sos", author=w.BOT_USER, room=w.HELP), Fate.IGNORED),
    "eyes on a card": (w.reaction("eyes", author=w.BOT_USER, room=w.TRIAGE), Fate.KEPT),
    "eyes anywhere else": (w.reaction("eyes", room=w.GENERAL), Fate.IGNORED),
    "a check mark on a card": (w.reaction("white_check_mark", room=w.TRIAGE), Fate.SHOWN),
    "a check mark elsewhere": (w.reaction("white_check_mark", room=w.HELP), Fate.IGNORED),
    "our own reaction": (w.reaction("sos", user=w.BOT_USER, room=w.HELP), Fate.IGNORED),
    "a reaction to a file": (w.event({"type": "reaction_added", "reaction": "ticket", "item": {"type": "file"}}), Fate.IGNORED),
    "the home": (w.home_opened(), Fate.SHOWN),
    "the messages tab": (w.event({"type": "app_home_opened", "user": w.ANN, "tab": "messages"}), Fate.IGNORED),
    "a room is shared": (w.event({"type": "channel_shared", "channel": w.HELP}), Fate.KEPT),
    "a room is ours alone": (w.event({"type": "channel_unshared", "channel": w.HELP}), Fate.KEPT),
    "a profile": (w.event({"type": "user_change", "user": {"id": w.ANN}}), Fate.IF_KNOWN),
    "a group of staff": (w.event({"type": "subteam_members_changed", "subteam_id": GROUP}), Fate.KEPT),
    "a group of staff is renamed": (w.event({"type": "subteam_updated", "subteam": {"id": GROUP}}), Fate.KEPT),
    "any other group": (w.event({"type": "subteam_members_changed", "subteam_id": "S0OTHER0001"}), Fate.IGNORED),
    "the bot's token ends": (w.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [w.BOT_USER]}}), Fate.KEPT),
    "somebody's token ends": (w.event({"type": "tokens_revoked", "tokens": {"oauth": [w.ANN], "bot": []}}), Fate.IGNORED),
    "uninstalled": (w.event({"type": "app_uninstalled"}), Fate.KEPT),
    "too much": ({"type": "app_rate_limited", "team_id": w.TEAM, "minute_rate_limited": 1_770_000_000}, Fate.KEPT),
    "something new": (w.event({"type": "emoji_changed"}), Fate.IGNORED),
    "no event at all": ({"type": "hello"}, Fate.IGNORED),
}


@pytest.mark.parametrize("what", EVENTS)
def test_an_event_is_kept_where_it_concerns_the_desk(what: str) -> None:
    payload, fate = EVENTS[what]
    assert KEEPING.fate(Kind.EVENT, payload) is fate


def test_every_event_that_the_desk_hears_has_its_example() -> None:
    seen = {str(payload["event"]["type"]) for payload, _ in EVENTS.values() if isinstance(payload.get("event"), dict)}  # type: ignore[index]
    assert seen - {"emoji_changed"} == HEARD


SHARED_FROM_ELSEWHERE = w.event({**w.said(f"{w.MENTION} x", room=w.GENERAL, user_team=w.OTHER_TEAM)}, shared=True)


def test_people_of_another_company_are_heard_like_anybody() -> None:
    assert KEEPING.fate(Kind.EVENT, SHARED_FROM_ELSEWHERE) is Fate.KEPT


PRESSED = Pressed(ticket=1042, seen=3)


@pytest.mark.parametrize("press", list(Press))
def test_what_is_pressed_is_kept_unless_it_only_opens_something(press: Press) -> None:
    option = Pressed(ticket=1042, seen=3, more=to_more(Press.RESUME))
    payload = w.press(press, PRESSED) if press is not Press.MORE else w.press(press, option=option)
    fate = Fate.IGNORED if press is Press.LINK else Fate.SHOWN if press in NO_INPUT else Fate.KEPT
    assert KEEPING.fate(Kind.INTERACTION, payload) is fate


MENU = {
    to_more(Press.RESUME): Fate.KEPT,
    to_more(Press.ACCEPT_REPLY, 55): Fate.KEPT,
    to_more(Press.HOLD): Fate.SHOWN,
    to_more(Press.REJECT_REPLY, 55): Fate.SHOWN,
    "nonsense": Fate.IGNORED,
}


@pytest.mark.parametrize("more", MENU)
def test_what_is_chosen_in_the_menu_of_a_card_counts_as_what_it_says(more: str) -> None:
    payload = w.press(Press.MORE, option=Pressed(ticket=1042, seen=3, more=more))
    assert KEEPING.fate(Kind.INTERACTION, payload) is MENU[more]


INTERACTIONS: Mapping[str, tuple[Json, Fate]] = {
    "a button of somebody else": (w.press("vote_yes"), Fate.IGNORED),
    "no action": ({"type": "block_actions", "actions": []}, Fate.IGNORED),
    "a form": (w.submission(Press.RESOLVE), Fate.KEPT),
    "a closed form": (w.submission(Press.RESOLVE, kind="view_closed"), Fate.IGNORED),
    "a form of somebody else": ({"type": "view_submission", "view": {"callback_id": "poll"}}, Fate.IGNORED),
    "new request": (w.shortcut_new(), Fate.SHOWN),
    "make a ticket": (w.shortcut_make(w.said()), Fate.KEPT),
    "another shortcut": ({**w.shortcut_new(), "callback_id": "x"}, Fate.IGNORED),
    "suggestions": ({"type": "block_suggestion"}, Fate.IGNORED),
    "nothing": ({}, Fate.IGNORED),
}


@pytest.mark.parametrize("what", INTERACTIONS)
def test_an_interaction_is_kept_where_it_is_an_input(what: str) -> None:
    payload, fate = INTERACTIONS[what]
    assert KEEPING.fate(Kind.INTERACTION, payload) is fate


@pytest.mark.parametrize(
    ("words", "fate"),
    [("the printer is out of paper", Fate.KEPT), ("", Fate.SHOWN), ("  ", Fate.SHOWN), ("help", Fate.SHOWN), ("?", Fate.SHOWN)],
)
def test_a_command_without_words_opens_the_form(words: str, fate: Fate) -> None:
    assert KEEPING.fate(Kind.COMMAND, w.command(words)) is fate
