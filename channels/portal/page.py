"""What a ticket's page shows: only what its requester may see, and in words they understand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from channels.portal.change_words import has_a_date
from channels.portal.form import Verb
from channels.portal.offers import offers
from channels.portal.plain_text import plain_text
from channels.portal.standing import change_in_words, explained, standing, what_writing_does
from channels.portal.visit import Visit
from channels.portal.words import PRIORITIES, TOLD
from intake.desk.policy import Policy
from intake.domain.change import Window
from intake.domain.event import Event
from intake.domain.ticket import spoken
from intake.domain.ticket_message import Direction, TicketMessage

LONGEST_SHOWN = 20_000  # characters of one message
MOST_SHOWN = 200  # messages, and events: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`who` is empty where the author left no name."""

    ours: bool
    own: bool
    who: str
    at: datetime
    text: str
    shortened: bool
    final: bool
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    what: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    number: str
    about: str
    state: str
    explained: str
    asks: str
    change: str
    window: Window | None
    is_merged: bool
    team: str
    priority: str
    opened_at: datetime
    said: tuple[Said, ...]
    said_before: int
    happened: tuple[Happened, ...]
    offers: frozenset[Verb]
    writing_does: str
    link_ends: datetime


def page_of(visit: Visit, policy: Policy, now: datetime) -> TicketPage:
    ticket = visit.ticket
    team = policy.teams[ticket.assignment_group].title if ticket.assignment_group in policy.teams else "the help desk"
    offered = offers(ticket, is_caller=visit.is_caller, policy=policy, now=now)
    said = _conversation(visit)
    return TicketPage(
        number=spoken(ticket.number),
        about=plain_text(ticket.short_description),
        state=standing(ticket, visit.change).headline,
        explained=explained(ticket, team, policy, visit.change),
        asks=standing(ticket).asks if offered & {Verb.CONFIRM, Verb.REOPEN} else "",
        change=change_in_words(visit.change, ticket),
        window=visit.change.window if visit.change is not None and has_a_date(visit.change) else None,
        is_merged=ticket.merged_into is not None,
        team=team,
        priority=PRIORITIES[ticket.priority],
        opened_at=ticket.opened_at,
        said=said[-MOST_SHOWN:],
        said_before=max(0, len(said) - MOST_SHOWN),
        happened=_timeline(visit.story.events)[-MOST_SHOWN:],
        offers=offered,
        writing_does=what_writing_does(ticket, policy, now),
        link_ends=visit.ends_at,
    )


def _conversation(visit: Visit) -> tuple[Said, ...]:
    """What was said in public. An answer from another ticket is one that was sent here as well; nothing else of that is."""
    here = [message for message in visit.story.messages if _is_public(message)]
    also = [message for message in visit.elsewhere if _is_public(message) and message.direction is Direction.OUT]
    ordered = sorted({message.id: message for message in (*here, *also)}.values(), key=lambda message: (message.at, message.id))
    return tuple(_said(message, visit) for message in ordered)


def _is_public(message: TicketMessage) -> bool:
    return message.public and not message.held and not message.rejected


def _said(message: TicketMessage, visit: Visit) -> Said:
    ours = message.direction is Direction.OUT
    author = None if ours else message.author
    text = plain_text(message.body).strip("\n")
    return Said(
        ours=ours,
        own=author is not None and author.value in visit.own,
        who=plain_text(author.name) if author is not None else "",
        at=message.at,
        text=text[:LONGEST_SHOWN],
        shortened=len(text) > LONGEST_SHOWN,
        final=ours and message.id == visit.ticket.final_response,
        files=tuple(plain_text(file.name) for file in message.attachments if not file.inline),
    )


def _timeline(events: Iterable[Event]) -> tuple[Happened, ...]:
    return tuple(Happened(what=TOLD[event.kind], at=event.at) for event in events if event.kind in TOLD)
