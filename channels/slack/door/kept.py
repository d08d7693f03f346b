"""What of all that Slack tells becomes an input of the desk. What people say among themselves is none of its business, and what
only opens a form or a home is none either."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from channels.slack.envelope import Kind
from channels.slack.json_value import Json, inside, items, text
from channels.slack.presses import NO_INPUT, SHORTCUT_MAKE, SHORTCUT_NEW, VIEW, Press, press_of, read_more, read_value
from channels.slack.reading.naming import own_users
from channels.slack.reading.parse_command import command_words
from channels.slack.reading.parse_event import EVENT_CALLBACK, RATE_LIMITED, TAKES, bot_was_revoked, emoji_of, group_in
from channels.slack.reading.parse_message import CHANGED, DELETED, SAID, TOMBSTONE, is_of_a_program
from channels.slack.reading.plain_text import as_written, names_somebody
from intake.desk.policy import Policy
from intake.domain.channel import Channel

RESOLVES = "white_check_mark"  # the reaction that is answered with a button
_DIRECT, _DIRECT_ROOM = frozenset({"im", "app_home"}), "D"


class Fate(StrEnum):
    """What the door does with it. Whatever it is, Slack hears "200"."""

    KEPT = "kept"
    IF_KNOWN = "if_known"  # kept where the desk knows what it is about already (a message on a ticket, a person)
    SHOWN = "shown"  # no input: something is shown to whoever did it
    IGNORED = "ignored"


class Keeping:
    """By the policy: which rooms are its request channels, which are triage channels."""

    def __init__(self, policy: Policy) -> None:
        self._chat = policy.chat
        self._triage = frozenset(rule.address for rule in policy.mirrors if rule.channel is Channel.SLACK)

    def fate(self, kind: Kind, payload: Json) -> Fate:
        """Any JSON at all."""
        if kind is Kind.COMMAND:
            return Fate.KEPT if command_words(payload) else Fate.SHOWN
        if kind is Kind.INTERACTION:
            decide = _INTERACTIONS.get(text(payload, "type"))
            return decide(payload) if decide is not None else Fate.IGNORED
        if text(payload, "type") == RATE_LIMITED:
            return Fate.KEPT
        event = inside(payload, "event")
        if kind is not Kind.EVENT or text(payload, "type") != EVENT_CALLBACK:
            return Fate.IGNORED
        return self._event(text(event, "type"), event, payload)

    def _event(self, type_: str, event: Json, payload: Json) -> Fate:
        if type_ in ("message", "app_mention"):
            return self._said(event, payload)
        if type_ == "reaction_added":
            return self._reaction(event, payload)
        if type_ == "app_home_opened":
            return Fate.SHOWN if text(event, "tab") == "home" else Fate.IGNORED
        if type_ in ("subteam_members_changed", "subteam_updated"):
            return _kept_if(group_in(event) in self._chat.groups)
        if type_ == "tokens_revoked":
            return _kept_if(bot_was_revoked(event))
        return _OTHERS.get(type_, Fate.IGNORED)

    def _said(self, event: Json, payload: Json) -> Fate:
        subtype = text(event, "subtype")
        if subtype in (CHANGED, DELETED):
            return self._amended(event, payload)
        if subtype not in SAID or is_our_own(event, payload):
            return Fate.IGNORED
        return _kept_if(self._concerns(event, event, payload))

    def _amended(self, event: Json, payload: Json) -> Fate:
        now, before = inside(event, "message"), inside(event, "previous_message")
        gone = text(event, "subtype") == DELETED or text(now, "subtype") == TOMBSTONE
        said = before if gone else now
        if is_our_own(said, payload) or is_our_own(before, payload) or (not gone and as_written(now) == as_written(before)):
            return Fate.IGNORED
        if is_of_a_program(said):  # a status that is rewritten every second
            return Fate.IF_KNOWN
        concerns = self._concerns(event, said, payload) or self._concerns(event, before, payload)
        return Fate.KEPT if concerns else Fate.IF_KNOWN

    def _concerns(self, event: Json, said: Json, payload: Json) -> bool:
        """Said to the desk, where it listens, or in a thread, which may be one of the desk's."""
        room, root = text(event, "channel"), text(said, "thread_ts")
        return (
            text(event, "type") == "app_mention"
            or room.startswith(_DIRECT_ROOM)
            or text(event, "channel_type") in _DIRECT
            or room in self._chat.rooms
            or room in self._triage
            or (root != "" and root != text(said, "ts"))
            or names_somebody(said, own_users(payload))
        )

    def _reaction(self, event: Json, payload: Json) -> Fate:
        room, emoji = text(event, "item", "channel"), emoji_of(event)
        if text(event, "item", "type") != "message" or text(event, "user") in own_users(payload):
            return Fate.IGNORED
        if room in self._triage and emoji in (TAKES, RESOLVES):
            return Fate.KEPT if emoji == TAKES else Fate.SHOWN
        if text(event, "item_user") in own_users(payload):  # nobody asks for anything by what the desk has told them
            return Fate.IGNORED
        return _kept_if(emoji == self._chat.emoji_of(room))


def is_our_own(said: Json, payload: Json) -> bool:
    """Posted by this very app, as whichever user."""
    app = text(payload, "api_app_id")
    ours = app != "" and app in (text(said, "app_id"), text(said, "bot_profile", "app_id"))
    return text(said, "user") in own_users(payload) or (ours and text(said, "bot_id") != "")


def press_in(payload: Json) -> Press | None:
    """What is pressed, or chosen in the menu of a card; None for what is no button of ours."""
    action = inside(next(iter(items(payload, "actions")), None))
    press = press_of(text(action, "action_id"))
    if press is not Press.MORE:
        return press
    value = read_value(text(action, "selected_option", "value"))
    chosen = read_more(value.more) if value is not None else None
    return chosen[0] if chosen is not None else None


def _kept_if(concerns: bool) -> Fate:
    return Fate.KEPT if concerns else Fate.IGNORED


def _pressed(payload: Json) -> Fate:
    press = press_in(payload)
    if press is None or press is Press.LINK:
        return Fate.IGNORED
    return Fate.SHOWN if press in NO_INPUT else Fate.KEPT


def _sent_off(payload: Json) -> Fate:
    return _kept_if(text(payload, "view", "callback_id").startswith(f"{VIEW}/"))


_OTHERS: Mapping[str, Fate] = {
    "channel_shared": Fate.KEPT,
    "channel_unshared": Fate.KEPT,
    "app_uninstalled": Fate.KEPT,
    "user_change": Fate.IF_KNOWN,
}
_INTERACTIONS: Mapping[str, Callable[[Json], Fate]] = {
    "block_actions": _pressed,
    "view_submission": _sent_off,
    "shortcut": lambda payload: Fate.SHOWN if text(payload, "callback_id") == SHORTCUT_NEW else Fate.IGNORED,
    "message_action": lambda payload: _kept_if(text(payload, "callback_id") == SHORTCUT_MAKE),
}
