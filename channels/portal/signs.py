"""The pages that stand where no ticket can be shown: what is the matter, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from channels.portal.form import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    status: int
    heading: str
    says: tuple[str, ...]


_ANSWER_A_MAIL = "You can always answer any mail of ours: what you write goes straight to your ticket."

MISSING = Sign(
    status=404,
    heading="This link opens nothing",
    says=(
        "Perhaps it is not complete: long links sometimes break in the middle. Please open it from our mail once more,"
        " or copy the whole of it.",
        _ANSWER_A_MAIL,
    ),
)
EXPIRED = Sign(
    status=410,
    heading="This link is too old",
    says=(
        "The links in our mails stop working after a while. Your ticket is still there, and a newer mail about it has a link"
        " that works.",
        _ANSWER_A_MAIL,
        "If it is about something else, please ask us anew, as you did the first time.",
    ),
)
TOO_LARGE = Sign(
    status=413,
    heading="That is too much for this form",
    says=("It takes 50,000 characters. Please go back and shorten your text.", "Anything longer is welcome by mail."),
)
NO_FORM = Sign(
    status=415,
    heading="That could not be read",
    says=("Only the forms on a ticket's page can be sent here. Please open the page from our mail and use its form.",),
)
NOT_POSSIBLE = Sign(
    status=405, heading="That is not possible here", says=("Please open the page from our mail once more.", _ANSWER_A_MAIL)
)
AWAY = Sign(
    status=503,
    heading="We cannot look that up just now",
    says=("It is our fault, not yours. Please try again in a minute.", _ANSWER_A_MAIL),
)
BROKEN = Sign(
    status=500,
    heading="Something went wrong on our side",
    says=("It is our fault, not yours. Please try again in a while.", _ANSWER_A_MAIL),
)
FORBIDDEN = Sign(
    status=403,
    heading="Only whoever asked can do that",
    says=("You take part in this ticket, but somebody else asked for it. You can add a message instead.",),
)
_CHANGED = "Nothing was changed"
REFUSED: Mapping[Verb, Sign] = {
    Verb.REPLY: Sign(
        status=409, heading=_CHANGED, says=("Your message could not be added to this ticket just now.", _ANSWER_A_MAIL)
    ),
    Verb.CONFIRM: Sign(
        status=409,
        heading=_CHANGED,
        says=(
            "There is no answer to be confirmed at the moment:"
            " perhaps we have gone on working on it since you opened the page.",
        ),
    ),
    Verb.DISPUTE: Sign(
        status=409,
        heading=_CHANGED,
        says=(
            "Perhaps the ticket is being worked on again already, or it ended too long ago.",
            "Please look at it once more and add a message there.",
        ),
    ),
    Verb.REOPEN: Sign(
        status=409,
        heading=_CHANGED,
        says=(
            "Perhaps the ticket is open again already, or it ended too long ago.",
            "Please look at it once more and add a message there.",
        ),
    ),
    Verb.ANSWER: Sign(
        status=409,
        heading="That has been settled already",
        says=("One of us has sorted it meanwhile. Thank you all the same.",),
    ),
}
TRY_LATER = "We could not write it down just now"
TOO_OFTEN = "That was very often in a short time"
