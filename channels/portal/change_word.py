"""What whoever has a link said of the change, since approval was asked for."""

from collections.abc import Mapping

from channels.portal.change_form import OF_OWNERS, ChangeVerb
from channels.portal.change_visit import ChangeVisit
from intake.desk.changes.owners import words_of_owners
from intake.domain.change import ChangeDecision, Side, Verdict

_SAYS: Mapping[ChangeVerb, Verdict] = {
    ChangeVerb.APPROVE: Verdict.APPROVED,
    ChangeVerb.REJECT: Verdict.REJECTED,
    ChangeVerb.REWORK: Verdict.SENT_BACK,
    ChangeVerb.CONSENT: Verdict.APPROVED,
    ChangeVerb.DECLINE: Verdict.REJECTED,
}


def word_of(visit: ChangeVisit) -> ChangeDecision | None:
    """The last one."""
    change, decisions = visit.change, visit.story.decisions
    words = (
        words_of_owners(change, decisions)
        if visit.is_owner
        else [one for one in decisions if one.round == change.round and one.side is not Side.PRODUCT_OWNER]
    )
    mine = (one for one in words if one.by == visit.who.name)
    return max(mine, key=lambda one: (one.at, one.id), default=None)


def is_what_stands(visit: ChangeVisit, verb: ChangeVerb, text: str) -> bool:
    """Was this very thing said before, in these words, and nothing since?"""
    word = word_of(visit) if (verb in OF_OWNERS) is visit.is_owner else None
    return word is not None and not visit.is_earlier and (word.verdict, word.comment) == (_SAYS.get(verb), text)
