"""What is written about a change: to whoever asked for it, to those it concerns, and to those who decide on it.

What outsiders get comes from the ticket's public side and from the window alone: no plan, no comment, no name of who decided.
"""

from collections.abc import Mapping

from channels.email.outgoing.context import Announced, ApprovalWanted, ChangeDecided, ConsentWanted, IncidentWanted
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.notice_mail import author_of
from channels.email.outgoing.plain_words import first_lines, one_line, untagged, written
from channels.email.outgoing.window_in_words import MomentInWords, WindowInWords
from channels.email.outgoing.words import Words
from intake.desk.agreements.in_words import in_hours
from intake.desk.changes.window_told import window_told
from intake.desk.outbound import Outbound
from intake.domain.change import Announcement, Change, Side

MOST_SERVICES = 20


def change_decided(outbound: Outbound, letterhead: Letterhead, words: Words) -> ChangeDecided:
    return ChangeDecided(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        subject=_subject(outbound),
        decision=one_line(_fields(outbound).get("decision", "")),
        window=words.window(window_told(_fields(outbound))),
        page=letterhead.page(outbound.delivery),
    )


def incident_wanted(outbound: Outbound, letterhead: Letterhead, words: Words) -> IncidentWanted:
    return IncidentWanted(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        subject=_subject(outbound),
        page=letterhead.page(outbound.delivery),
    )


def consent_wanted(outbound: Outbound, letterhead: Letterhead, words: Words) -> ConsentWanted:
    change, asked = outbound.change, outbound.asked
    return ConsentWanted(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        reminder=bool(_fields(outbound).get("reminder")),
        effort=in_hours(change.estimate) if change is not None and change.estimate else "",
        agreement=one_line(change.agreement) if change is not None else "",
        window=_window(outbound, words),
        said=first_lines(asked.body) if asked is not None else "",
        link=letterhead.deciding(outbound.delivery),
    )


def announcement(outbound: Outbound, letterhead: Letterhead, words: Words) -> Announced:
    fields, told = _fields(outbound), outbound.announcement
    return Announced(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        event=_event(fields, told),
        text=written(told.text if told is not None else fields.get("text", "")),
        window=_window(outbound, words),
    )


def approval_wanted(outbound: Outbound, letterhead: Letterhead, words: Words) -> ApprovalWanted:
    fields, change, asked = _fields(outbound), outbound.change, outbound.asked
    side = _side(fields.get("side", ""))
    return ApprovalWanted(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        side=words.side[side] if side is not None else "",
        kind=words.change[change.kind] if change is not None else "",
        risk=words.risk[change.risk] if change is not None and change.risk is not None else "",
        services=tuple(one_line(name) for name in change.services[:MOST_SERVICES]) if change is not None else (),
        effort=in_hours(change.estimate) if change is not None and change.estimate else "",
        agreement=one_line(change.agreement) if change is not None else "",
        window=_window(outbound, words),
        author=one_line(change.author) if change is not None else "",
        reminder=bool(fields.get("reminder")),
        afterwards=bool(fields.get("afterwards")),
        due=_due(change, letterhead, words),
        link=letterhead.deciding(outbound.delivery),
        requester=author_of(asked),
        said=first_lines(asked.body) if asked is not None else "",
        note_address=letterhead.proven_note_address(outbound.ticket),
    )


def _event(fields: Mapping[str, str], told: Announcement | None) -> str:
    for corrected in ("off", "moved", "backed_out"):
        if fields.get(corrected):
            return corrected
    return told.phase.value if told is not None else "before"


def _side(said: str) -> Side | None:
    return next((side for side in Side if side.value == said), None)


def _due(change: Change | None, letterhead: Letterhead, words: Words) -> MomentInWords | None:
    """Until when an emergency must be approved, in the time of the desk's calendar."""
    if change is None or change.approve_by is None:
        return None
    zone = letterhead.policy.calendar.zone
    return words.moment(change.approve_by.astimezone(zone))


def _window(outbound: Outbound, words: Words) -> WindowInWords | None:
    """The one that is told; else the change's own."""
    told, change = window_told(_fields(outbound)), outbound.change
    return words.window(told or (change.window if change is not None else None))


def _subject(outbound: Outbound) -> str:
    return untagged(_fields(outbound).get("subject", "")) or untagged(outbound.ticket.short_description)


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
