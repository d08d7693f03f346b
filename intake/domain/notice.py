"""What the desk says by itself. Each channel puts it in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"  # to the requester: number, label, what happens next
    ARRIVAL = "arrival"  # to a team: a ticket is now yours; `by`, `why` and `tried` where somebody handed it over
    ADDITION = "addition"  # to whoever has the ticket: `by` said more (the message's id is `message`); `why`
    UNREACHED = "unreached"  # to whoever has the ticket: an answer did not arrive; `why`
    NOT_PASSED_ON = "not_passed_on"  # to one of the staff: their mail did not go to the requester; `why`; was it `unproven`?
    WATCHED = "watched"  # to staff who watch: `what` happened
    WHICH_TICKET = "which_ticket"  # to a phone number: is this one new? `options` are HD-1 HD-2, `words` one line for each
    URGENT = "urgent"  # to the requester: people are being woken for it now; `answers` is the mail that asked
    STORM_KNOWN = "storm_known"  # to a reporter: it is part of `storm`; the `next` update; the last one is `message`
    STORM_UPDATE = "storm_update"  # to a reporter: how `storm` stands (the words are `message`); the `next` update
    STORM_DISSOLVED = "storm_dissolved"  # to a reporter: theirs is no part of `storm` after all
    STORM_PROPOSED = "storm_proposed"  # to a team: is this a major incident? `why`; or is `storm` there `again`?
    STORM_UPDATE_DUE = "storm_update_due"  # to whoever has a major incident: its reporters wait for news
    DUE_SOON = "due_soon"  # to whoever has the ticket: most of the time for it is used up; `why`
    OVERDUE = "overdue"  # the same, and to the leads: all of it is, and there is no tier above; `why`
    # A window is told as `starts`, `ends` and `time_zone` (intake/desk/changes/window_told.py)
    CHANGE_DECIDED = "change_decided"  # to a requester: `decision` (submitted, approved, scheduled, …); `why`, and the window
    INCIDENT_WANTED = "incident_wanted"  # to a requester: which incident is it that their defect fix is for?
    CONSENT_WANTED = "consent_wanted"  # to a product owner: do they agree? a link; or a `reminder`
    ANNOUNCEMENT = "announcement"  # to those concerned: `announcement` is its number; `moved`, `off`, `backed_out`; the window
    APPROVAL_WANTED = "approval_wanted"  # to `agent`, who approves for `side`: a link; `reminder`, `afterwards`; or to a team
    APPROVAL_OVERDUE = "approval_overdue"  # to leads, and whoever has it: an emergency change is not approved in time; `why`
    CHANGE_NEWS = "change_news"  # to whoever has a change: `by` decided, or something is in its way; `why`
    AGREEMENT_LOW = "agreement_low"  # to leads, and whoever has the change: most of `agreement` is used up; `why`
    RESPONSE_PROPOSED = "response_proposed"  # to whoever has an incident: its `fix` (HD-9) is closed; `text` could be answered
    PROGRESS = "progress"  # to a requester in a chat: how it stands now; what that is, the ticket tells
    PAGE_ANSWERED = "page_answered"  # to whoever answered a page by text: `what` came of it; `by` who has it
    PAGE = "page"  # to whoever is on call: act now

    @property
    def public(self) -> bool:
        """May a requester see it?"""
        return self in _PUBLIC


_PUBLIC = frozenset(
    {
        NoticeKind.ACKNOWLEDGEMENT,
        NoticeKind.WHICH_TICKET,
        NoticeKind.URGENT,
        NoticeKind.STORM_KNOWN,
        NoticeKind.STORM_UPDATE,
        NoticeKind.STORM_DISSOLVED,
        NoticeKind.CHANGE_DECIDED,
        NoticeKind.INCIDENT_WANTED,
        NoticeKind.CONSENT_WANTED,
        NoticeKind.ANNOUNCEMENT,
        NoticeKind.PROGRESS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`fields` carries only what the ticket cannot tell at the time of sending."""

    kind: NoticeKind
    fields: Mapping[str, str] = field(default_factory=dict)
