"""What can be pressed, by the names that our blocks give it, and what stands in a button: drawn in one place, read in another.

An `action_id` is a Press, and may have `/` and anything behind it, for a message may not have two alike.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Press(StrEnum):
    """A button, or a menu whose options are Presses themselves (`MORE`), kinds (`WRONG`) or tickets (`CHOOSE`)."""

    TAKE = "take"
    ESCALATE = "escalate"
    REPLY = "reply"
    RESOLVE = "resolve"
    HOLD = "hold"
    RESUME = "resume"
    RETURN = "return"
    RELABEL = "relabel"
    MERGE = "merge"
    REOPEN = "reopen"
    ACCEPT_REPLY = "accept_reply"
    REJECT_REPLY = "reject_reply"
    ACKNOWLEDGE_PAGE = "acknowledge_page"
    MORE = "more"
    # Of whoever asked
    NEW_REQUEST = "new_request"
    KIND = "answer_question"
    WRONG = "correct_kind"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    CHOOSE = "choose_ticket"
    CONSENT = "consent_to_change"
    DECLINE = "decline_change"
    LINK = "link"  # a button that only leads somewhere


# These open a form: they are no input, what is sent off with it is.
OPEN_A_FORM = frozenset(
    {
        Press.ESCALATE,
        Press.REPLY,
        Press.RESOLVE,
        Press.HOLD,
        Press.RETURN,
        Press.RELABEL,
        Press.MERGE,
        Press.REOPEN,
        Press.REJECT_REPLY,
        Press.DECLINE,
        Press.NEW_REQUEST,
    }
)
NO_INPUT = OPEN_A_FORM | {Press.LINK}

COMMAND = "/helpdesk"
SHORTCUT_NEW = "new_request"  # callback ids of the two shortcuts
SHORTCUT_MAKE = "make_ticket"
VIEW = "desk"  # callback ids of our forms are `desk/<Press>`

_VALUE = re.compile(r"([1-9][0-9]{0,11})\.([0-9]{1,9})(?:\.([a-z0-9_-]{1,60}))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """`seen` is the ticket's revision as it was drawn. `more` is what else the button says: a kind, a message, a delivery,
    another ticket, the Press of a menu's option."""

    ticket: int
    seen: int
    more: str = ""


def to_value(pressed: Pressed) -> str:
    return f"{pressed.ticket}.{pressed.seen}{f'.{pressed.more}' if pressed.more else ''}"


def read_value(value: str) -> Pressed | None:
    """None for what `to_value` does not write."""
    found = _VALUE.match(value)
    if found is None:
        return None
    return Pressed(ticket=int(found[1]), seen=int(found[2]), more=found[3] or "")


def to_more(press: Press, held: int | None = None) -> str:
    """What an option of `MORE` says: its Press, and of a held reply the message (`accept_reply-55`)."""
    return press.value if held is None else f"{press.value}-{held}"


def read_more(more: str) -> tuple[Press, int | None] | None:
    """None for what `to_more` does not write."""
    name, mark, held = more.partition("-")
    press = press_of(name)
    if press is None or (mark and not (held.isascii() and held.isdigit())):
        return None
    return press, int(held) if mark else None


def press_of(action_id: str) -> Press | None:
    name = action_id.partition("/")[0]
    return Press(name) if name in list(Press) else None
