"""What the page of a change shows whoever decides on it: all that is known, and whether their word is still asked for."""

from dataclasses import dataclass
from datetime import datetime

from channels.portal.change_form import ChangeVerb
from channels.portal.change_visit import ChangeVisit
from channels.portal.change_words import INSIDE, KINDS_OF_CHANGE, PHASES, RISKS, SIDES
from channels.portal.plain_text import plain_text
from intake.desk.agreements.in_words import in_hours
from intake.desk.changes.approvers import MayNot, approved_by
from intake.domain.change import ChangeDecision, ChangeKind, Conflict, Side, Stage, Verdict, Window
from intake.domain.label import Category
from intake.domain.ticket import spoken
from intake.domain.ticket_message import TicketMessage

LONGEST_SHOWN = 20_000  # characters of one text
MOST_SHOWN = 100  # decisions, tasks, announcements, addresses
MOST_IN_THE_WINDOW = 20

_AFTERWARDS = frozenset({Stage.IMPLEMENTING, Stage.REVIEW})
_VERDICTS = {Verdict.APPROVED: "approved it", Verdict.REJECTED: "rejected it", Verdict.SENT_BACK: "sent it back"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`round` is empty for the present one."""

    words: str
    at: datetime
    comment: str
    round: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    what: str
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """`verbs` are what can be done by this link now; where there are none, `closed` says why. Texts may be empty."""

    number: str
    about: str
    state: str
    since: datetime
    closed: str
    verbs: tuple[ChangeVerb, ...]
    afterwards: bool
    due: datetime | None
    speaks: str
    requester: str
    said: str
    kind: str
    is_emergency: bool
    risk: str
    services: tuple[str, ...]
    incident: str
    wants_incident: bool
    author: str
    assessed_by: str
    effort: str
    agreement: str
    left: str
    plans: tuple[Listed, ...]
    window: Window | None
    despite: str
    freezes: tuple[InTheWay, ...]
    others: tuple[InTheWay, ...]
    tasks: tuple[Listed, ...]
    announcements: tuple[Listed, ...]
    audience: tuple[str, ...]
    audience_count: int
    decisions: tuple[Decided, ...]


def page_of(visit: ChangeVisit) -> ChangePage:
    change, story, ticket = visit.change, visit.story, visit.ticket
    closed = why_closed(visit)
    incident = visit.incident
    return ChangePage(
        number=spoken(ticket.number),
        about=plain_text(ticket.short_description),
        state=INSIDE[change.stage],
        since=change.since,
        closed=plain_text(closed),
        verbs=() if closed else _verbs(change.stage),
        afterwards=change.stage in _AFTERWARDS,
        due=change.approve_by if not change.is_approved else None,
        speaks=_speaks(visit),
        requester=_author(visit.asked),
        said=_shown(visit.asked.body) if visit.asked is not None else "",
        kind=KINDS_OF_CHANGE[change.kind],
        is_emergency=change.kind is ChangeKind.EMERGENCY,
        risk=RISKS[change.risk] if change.risk is not None else "",
        services=tuple(plain_text(name) for name in change.services),
        incident=plain_text(f"{spoken(incident.number)}: {incident.short_description}") if incident is not None else "",
        wants_incident=ticket.category is Category.DEFECT_FIX and incident is None,
        author=plain_text(change.author),
        assessed_by=plain_text(change.assessed_by),
        effort=in_hours(change.estimate) if change.estimate else "",
        agreement=plain_text(change.agreement),
        left=in_hours(visit.balance.left) if visit.balance is not None else "",
        plans=tuple(
            Listed(words=title, note=_shown(text))
            for title, text in (
                ("How it is done", change.implementation_plan),
                ("How it is tested", change.test_plan),
                ("How it is taken back", change.backout_plan),
            )
        ),
        window=change.window,
        despite=plain_text(change.despite),
        freezes=tuple(_in_the_way(one) for one in visit.freezes[:MOST_IN_THE_WINDOW]),
        others=tuple(_in_the_way(one) for one in visit.others[:MOST_IN_THE_WINDOW]),
        tasks=_tasks(visit),
        announcements=_announcements(visit),
        audience=tuple(plain_text(one) for one in story.audience[:MOST_SHOWN]),
        audience_count=len(story.audience),
        decisions=tuple(_decided(one, change.round) for one in story.decisions[-MOST_SHOWN:]),
    )


def why_closed(visit: ChangeVisit) -> str:
    """Why nothing can be decided by this link: who decided what, in words. Empty where it can."""
    if why := _decided_already(visit) or _not_asked_for(visit):
        return why
    return f"{visit.may.why}." if isinstance(visit.may, MayNot) else ""


def _decided_already(visit: ChangeVisit) -> str:
    change, side = visit.change, visit.side
    if change.stage in {Stage.DRAFT, Stage.ASSESSMENT}:
        sent_back = next((one for one in reversed(visit.story.decisions) if one.verdict is Verdict.SENT_BACK), None)
        who = f"{sent_back.by} sent it back to be assessed anew. " if sent_back is not None else ""
        return f"{who}When approval is asked for again, you get another letter."
    if by := approved_by(change, side):
        return f"{by} has approved it for {SIDES[side]}."
    rejected = next((one for one in _this_round(visit) if one.verdict is Verdict.REJECTED), None)
    return f"{rejected.by} has rejected it for {SIDES[rejected.side]}." if rejected is not None else ""


def _not_asked_for(visit: ChangeVisit) -> str:
    change = visit.change
    if change.stage in {Stage.REJECTED, Stage.WITHDRAWN}:
        because = f": {change.ended_because}" if change.ended_because else ""
        return f"{INSIDE[change.stage]}{because}"
    if visit.is_earlier:
        return "Approval was asked for once more since this letter was written. The newest letter has the link that counts."
    if change.stage is not Stage.APPROVAL and not (change.kind is ChangeKind.EMERGENCY and change.stage in _AFTERWARDS):
        return f"{INSIDE[change.stage]}: there is nothing to decide on it."
    return ""


def _verbs(stage: Stage) -> tuple[ChangeVerb, ...]:
    """What was carried out can be rejected, and cannot be sent back."""
    both = (ChangeVerb.APPROVE, ChangeVerb.REJECT)
    return both if stage in _AFTERWARDS else (*both, ChangeVerb.REWORK)


def _this_round(visit: ChangeVisit) -> list[ChangeDecision]:
    return [one for one in visit.story.decisions if one.round == visit.change.round and one.side is not Side.PRODUCT_OWNER]


def _speaks(visit: ChangeVisit) -> str:
    behalf = f", on behalf of {plain_text(visit.may)}" if isinstance(visit.may, str) and visit.may else ""
    return f"You decide as {plain_text(visit.who.name)}, for {SIDES[visit.side]}{behalf}."


def _author(message: TicketMessage | None) -> str:
    author = message.author if message is not None else None
    if author is None:
        return ""
    return plain_text(f"{author.name} <{author.value}>" if author.name and author.name != author.value else author.value)


def _shown(text: str) -> str:
    text = plain_text(text).strip("\n")
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _in_the_way(conflict: Conflict) -> InTheWay:
    what = f"Freeze “{conflict.freeze}”" if conflict.freeze else spoken(conflict.ticket or 0)
    services = f" ({', '.join(conflict.services)})" if conflict.services else ""
    return InTheWay(what=plain_text(f"{what}{services}"), window=conflict.window)


def _tasks(visit: ChangeVisit) -> tuple[Listed, ...]:
    def note(done_by: str, dropped: str, assigned_to: str) -> str:
        return f"done by {done_by}" if done_by else f"left undone: {dropped}" if dropped else assigned_to

    return tuple(
        Listed(
            words=plain_text(f"{task.position}. {task.title}"),
            note=plain_text(note(task.done_by, task.dropped_because, task.assigned_to)),
        )
        for task in visit.story.tasks[:MOST_SHOWN]
    )


def _announcements(visit: ChangeVisit) -> tuple[Listed, ...]:
    def due(lead: int, phase: str) -> str:
        return f"{in_hours(lead)} {phase}" if lead else phase

    return tuple(
        Listed(words=due(one.lead, PHASES[one.phase]) + (", sent" if one.sent_at else ""), note=_shown(one.text))
        for one in visit.story.announcements[:MOST_SHOWN]
    )


def _decided(decision: ChangeDecision, present: int) -> Decided:
    behalf = f", on behalf of {decision.on_behalf_of}" if decision.on_behalf_of else ""
    verdict = _VERDICTS[decision.verdict]
    if decision.side is Side.PRODUCT_OWNER:
        verdict = "agreed" if decision.verdict is Verdict.APPROVED else "declined"
    return Decided(
        words=plain_text(f"{decision.by} {verdict}, for {SIDES[decision.side]}{behalf}"),
        at=decision.at,
        comment=_shown(decision.comment),
        round="" if decision.round == present else f"round {decision.round}",
    )
