"""Work agreements as JSON."""

from channels.api import agreement_records as r
from channels.api.moment_record import in_json
from intake.domain.agreement import AgreementLine, AgreementStory, Balance, Entry, OfChange
from intake.domain.ticket import spoken


def agreement(line: AgreementLine) -> r.Agreement:
    it = line.agreement
    return {
        "name": it.name,
        "party": it.party,
        "starts": it.starts.isoformat(),
        "ends": it.ends.isoformat(),
        "spenders": [*it.spenders],
        "product_owners": [*it.product_owners],
        "carry_over": it.carry_over,
        **balance(line.balance),
        "used": used(line.balance),
        "alerted": it.alerted,
        "opened_by": it.opened_by or None,
        "opened_at": in_json(it.opened_at) if it.opened_at else None,
        "closed_at": in_json(it.closed_at) if it.closed_at else None,
    }


def agreement_story(story: AgreementStory) -> r.AgreementStory:
    return {
        **agreement(story.line),
        "by_change": [_of_change(of) for of in story.by_change],
        "book": [_entry(entry) for entry in story.entries],
    }


def balance(of: Balance) -> r.Balance:
    return {
        "granted": of.granted,
        "overdraft": of.overdraft,
        "reserved": of.reserved,
        "spent": of.spent,
        "left": of.left,
    }


def used(of: Balance) -> float:
    """Of what was granted, 0 to 1, or more with an overdraft."""
    return round((of.reserved + of.spent) / of.granted, 3) if of.granted > 0 else 0.0


def _of_change(of: OfChange) -> r.HoursOfChange:
    return {"ticket": spoken(of.ticket), "reserved": of.reserved, "spent": of.spent, "overdraft": of.overdraft}


def _entry(of: Entry) -> r.BookLine:
    return {
        "sequence": of.sequence,
        "kind": of.kind,
        "minutes": of.minutes,
        "by": of.by,
        "at": in_json(of.at),
        "ticket": spoken(of.ticket) if of.ticket is not None else None,
        "worked_on": of.worked_on.isoformat() if of.worked_on else None,
        "from_reserved": of.from_reserved,
        "given_back": of.given_back,
        "text": of.text,
        "ledger": of.ledger,
        **balance(of.after),
    }
