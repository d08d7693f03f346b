"""What whoever reported a major incident hears of it."""

from collections.abc import Mapping
from datetime import datetime

from channels.email.outgoing.context import StormDissolved, StormKnown, StormUpdate
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.plain_words import one_line, untagged, written
from channels.email.outgoing.words import Words
from intake.desk.outbound import Outbound


def storm_known(outbound: Outbound, letterhead: Letterhead, words: Words) -> StormKnown:
    return StormKnown(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        subject=_subject(outbound),
        storm=_storm(outbound),
        text=_text(outbound),
        next_update=_next_update(outbound, letterhead),
        page=letterhead.page(outbound.delivery),
    )


def storm_update(outbound: Outbound, letterhead: Letterhead, words: Words) -> StormUpdate:
    return StormUpdate(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        subject=_subject(outbound),
        storm=_storm(outbound),
        text=_text(outbound),
        next_update=_next_update(outbound, letterhead),
        page=letterhead.page(outbound.delivery),
    )


def storm_dissolved(outbound: Outbound, letterhead: Letterhead, words: Words) -> StormDissolved:
    return StormDissolved(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        subject=_subject(outbound),
        storm=_storm(outbound),
        page=letterhead.page(outbound.delivery),
    )


def _subject(outbound: Outbound) -> str:
    return untagged(_fields(outbound).get("subject", "")) or untagged(outbound.ticket.short_description)


def _storm(outbound: Outbound) -> str:
    return one_line(_fields(outbound).get("storm", ""))


def _text(outbound: Outbound) -> str:
    return written(outbound.said.body) if outbound.said is not None else ""


def _next_update(outbound: Outbound, letterhead: Letterhead) -> str:
    """In the desk's own zone, with the day where that is another one than the mail's; empty where none was promised."""
    if not (said := _fields(outbound).get("next", "")):
        return ""
    zone = letterhead.policy.calendar.zone
    at, written_at = datetime.fromisoformat(said).astimezone(zone), outbound.delivery.created_at.astimezone(zone)
    day = "" if at.date() == written_at.date() else f"{at:%Y-%m-%d} "
    return f"{day}{at:%H:%M} {at.tzname()}"


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
