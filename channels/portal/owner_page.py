"""What a product owner sees of a change: what was asked for, what it takes, when, and how it stands. Nothing else."""

from dataclasses import dataclass
from datetime import datetime

from channels.portal.change_form import ChangeVerb
from channels.portal.change_page import LONGEST_SHOWN
from channels.portal.change_visit import ChangeVisit
from channels.portal.change_word import word_of
from channels.portal.change_words import has_a_date, outside
from channels.portal.plain_text import plain_text
from intake.desk.agreements.in_words import in_hours
from intake.desk.changes.approvers import MayNot
from intake.desk.changes.process import row_of
from intake.domain.change import Verdict, Window
from intake.domain.deed import ConsentToChange
from intake.domain.ticket import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerPage:
    """`decided` is what this person said before, and `decided_at` when; `closed` says why they decide nothing now."""

    number: str
    about: str
    said: str
    state: str
    effort: str
    agreement: str
    left: str
    window: Window | None
    decided: str
    decided_at: datetime | None
    closed: str
    verbs: tuple[ChangeVerb, ...]


def owner_page_of(visit: ChangeVisit) -> OwnerPage:
    change, said = visit.change, _shown(visit.asked.body) if visit.asked is not None else ""
    own, closed = word_of(visit), why_not(visit)
    return OwnerPage(
        number=spoken(visit.ticket.number),
        about=plain_text(visit.ticket.short_description),
        said=said,
        state=outside(change),
        effort=in_hours(change.estimate) if change.estimate and visit.balance is not None else "",
        agreement=plain_text(change.agreement) if visit.balance is not None else "",
        left=in_hours(visit.balance.left) if visit.balance is not None else "",
        window=change.window if has_a_date(change) else None,
        decided="" if own is None else "You agreed" if own.verdict is Verdict.APPROVED else "You declined",
        decided_at=own.at if own is not None else None,
        closed=closed,
        verbs=() if closed else (ChangeVerb.CONSENT, ChangeVerb.DECLINE),
    )


def why_not(visit: ChangeVisit) -> str:
    """Why nothing can be decided by this link; empty where it can."""
    if (own := word_of(visit)) is not None:
        word = "agreed to" if own.verdict is Verdict.APPROVED else "declined"
        return f"You have {word} it. If you see it otherwise now, write to us below."
    if visit.change.stage not in row_of(ConsentToChange, visit.change.kind):
        return "There is nothing to decide on it just now."
    if visit.is_earlier:
        return "We have asked you once more since this letter was written. The newest letter has the link that counts."
    return f"{visit.may.why}: there is nothing for you to decide." if isinstance(visit.may, MayNot) else ""


def _shown(text: str) -> str:
    text = plain_text(text).strip("\n")
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
