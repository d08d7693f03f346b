"""Who comes by the link of a page: the signature, the page that carried it, and how that stands now."""

from dataclasses import dataclass
from datetime import datetime

from channels.portal.plain_text import plain_text
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.reading import Library
from intake.desk.signed_names import delivery_of_page_key
from intake.domain.errors import NotFound
from intake.domain.page import Page, Run, RunState
from intake.domain.principal import Principal, Role
from intake.domain.story import TicketStory
from intake.domain.ticket import spoken
from intake.domain.ticket_message import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class InShort:
    """What somebody needs to decide whether to get up. Shown while the page can be answered, and no longer."""

    about: str
    priority: str
    team: str
    requester: str
    said: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallVisit:
    """`who` was paged: a person, or a team by its own address. `answered_by` is empty until somebody is on it; `over` says why
    nobody need be any more. `in_short` is None once the page can no longer be answered."""

    delivery: int
    ticket: int
    who: Principal
    number: str
    step: int
    paged_at: datetime
    answered_by: str
    answered_at: datetime | None
    over: str
    everybody_paged: bool
    in_short: InShort | None

    @property
    def can_answer(self) -> bool:
        return self.in_short is not None


LONGEST_SHOWN = 1_000  # characters of what was reported


def verified(keys: KeyRing, key: str) -> int:
    """The delivery that carried this link. Raises NotFound."""
    delivery = delivery_of_page_key(keys, key)
    if delivery is None:
        raise NotFound("Nobody signed this link")
    return delivery


def find(library: Library, policy: Policy, delivery: int) -> OnCallVisit:
    """Asks the store: not for the event loop. Raises NotFound or StoreUnavailable."""
    with library.looking() as reader:
        found = reader.page_of(delivery)
        if found is None:
            raise NotFound("This delivery is no page")
        page, run = found
        story = reader.story(page.ticket) if run.is_open else None
    return OnCallVisit(
        delivery=delivery,
        ticket=page.ticket,
        who=paged(page, policy),
        number=spoken(page.ticket),
        step=page.step,
        paged_at=page.at,
        answered_by=plain_text(run.ended_by) if run.state is RunState.ACKNOWLEDGED else "",
        answered_at=run.ended_at if run.state is RunState.ACKNOWLEDGED else None,
        over=plain_text(run.end_why) if run.state is RunState.STOPPED else "",
        everybody_paged=run.state is RunState.EXHAUSTED,
        in_short=_in_short(story, run, policy) if story is not None else None,
    )


def paged(page: Page, policy: Policy) -> Principal:
    """In whose name the link speaks. Somebody who works here no longer was paged all the same."""
    if not page.agent:
        return Principal(name=policy.team(page.team).title, role=Role.AGENT, teams=frozenset({page.team}))
    agent = policy.agents.get(page.agent)
    return agent.principal if agent is not None else Principal(name=page.agent, role=Role.AGENT)


def _in_short(story: TicketStory, run: Run, policy: Policy) -> InShort:
    ticket = story.line.ticket
    asked = next((one for one in story.messages if one.direction is Direction.IN and one.public and not one.held), None)
    author = asked.author if asked is not None else None
    name = f"{author.name} <{author.value}>" if author and author.name and author.name != author.value else ""
    said = plain_text(asked.body).strip() if asked is not None else ""
    return InShort(
        about=plain_text(ticket.short_description),
        priority=ticket.priority.value,
        team=policy.team(ticket.assignment_group).title,
        requester=plain_text(name or (author.value if author else "")),
        said=said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}…",
        since=min(ticket.opened_at, run.started_at),
    )
