"""People say one thing in three messages: what the same author says one after the other is one matter."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from intake.desk.chat.moments import apart, conversation_in_chat, message_in_chat, moved
from intake.desk.chat.said import Said
from intake.desk.lifecycle import OPEN
from intake.desk.parties import takes_part
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import Direction

_TALK = "talk in "  # before a room's id, among the signs of life


def goes_on(said: Said, window: timedelta) -> Ticket | None:
    """The ticket of what this author said at top level of the same room within the `window` before, or after where this one
    comes late. None where somebody else's words stand between them, or that ticket is over."""
    if not said.is_top_level or window <= timedelta(0):
        return None
    early, late = (message_in_chat(moved(said.name, by)) for by in (-window, window))
    mine = message_in_chat(said.name)
    before = said.books.threads.between(early, mine, backwards=True)
    return _of_the_nearest([one.value for one in before], window, said) or _of_the_nearest(
        [one.value for one in said.books.threads.between(mine, late)], window, said
    )


def remember_talk(said: Said) -> None:
    """Somebody spoke at top level who did not speak to the desk: whatever comes next is no longer the same breath."""
    if not said.is_top_level:
        return
    name, at = f"{_TALK}{said.place.room}", _at(said.name)
    known = said.books.signs.get(name)
    if known is None or known.seen_at < at:
        said.books.signs.saw(name, at)


def _of_the_nearest(names: Sequence[str], window: timedelta, said: Said) -> Ticket | None:
    roots = said.books.threads.bound([conversation_in_chat(name) for name in names]) if names else {}
    name = next((one for one in names if one != said.name and conversation_in_chat(one) in roots and _here(one, said)), None)
    if name is None or apart(name, said.name) > window or _talked_between(name, said):
        return None
    message = said.books.threads.message_of(message_in_chat(name))
    kept = said.books.tickets.message(message) if message is not None else None
    if kept is None or kept.direction is not Direction.IN or kept.held or kept.author is None:
        return None
    ticket = said.books.tickets.get(kept.ticket) if kept.author.value == said.author.value else None
    if ticket is None or ticket.state not in OPEN or not takes_part(said.author, ticket, said.books):
        return None
    return ticket


def _here(name: str, said: Said) -> bool:
    """Databases sort names in their own ways."""
    return name.rpartition("/")[0] == said.place.room


def _talked_between(name: str, said: Said) -> bool:
    if said.place.direct:
        return False
    talk = said.books.signs.get(f"{_TALK}{said.place.room}")
    return talk is not None and min(_at(name), _at(said.name)) < talk.seen_at < max(_at(name), _at(said.name))


def _at(name: str) -> datetime:
    """Bounded: who chooses the name of a moment chooses no error."""
    return datetime.fromtimestamp(min(float(name.rpartition("/")[2]), 2.0**33), UTC)
