"""Trying the letters about changes, each in every case that it can meet."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

from channels.email.outgoing.context import Announced, ApprovalWanted, ChangeDecided, ConsentWanted, IncidentWanted
from channels.email.outgoing.sample_values import DESK, LINK, NOTES, REQUESTER, SAID, YES_OR_NO, ticket
from channels.email.outgoing.templates import Make
from channels.email.outgoing.words import Words
from intake.domain.change import ChangeKind, Risk, Side, Window

DECISIONS = ("submitted", "approved", "scheduled", "rescheduled", "sent_back", "done", "backed_out", "something else")
ANNOUNCED = ("before", "during", "after", "moved", "off", "backed_out")
DECIDING = "https://desk.example.com/c/1"
_EVENING = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
WINDOWS = (
    None,
    Window(starts=_EVENING, ends=_EVENING + timedelta(minutes=90), time_zone="Europe/Berlin"),
    Window(starts=_EVENING, ends=_EVENING + timedelta(hours=7), time_zone="Europe/Berlin"),  # the clocks change
    Window(starts=_EVENING, ends=_EVENING + timedelta(days=1), time_zone="UTC"),
)


def _decided(words: Words, *, decision: str, window: Window | None, linked: bool) -> ChangeDecided:
    return ChangeDecided(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3",
        decision=decision,
        window=words.window(window),
        page=LINK if linked else "",
    )


def _incident_wanted(words: Words, *, linked: bool) -> IncidentWanted:
    return IncidentWanted(desk_name=DESK, ticket=ticket(words), subject="Printer on floor 3", page=LINK if linked else "")


def _consent(words: Words, *, window: Window | None, full: bool, reminder: bool) -> ConsentWanted:
    return ConsentWanted(
        desk_name=DESK,
        ticket=ticket(words),
        reminder=reminder,
        effort="6 h 30 min" if full else "",
        agreement="ACME 2026" if full else "",
        window=words.window(window),
        said=SAID if full else "",
        link=DECIDING if full else "",
    )


def _announced(words: Words, *, event: str, window: Window | None, full: bool) -> Announced:
    return Announced(desk_name=DESK, ticket=ticket(words), event=event, text=SAID if full else "", window=words.window(window))


def _approval(words: Words, *, window: Window | None, full: bool, reminder: bool, afterwards: bool) -> ApprovalWanted:
    return ApprovalWanted(
        desk_name=DESK,
        ticket=ticket(words),
        side=words.side[Side.CIO] if full else "",
        kind=words.change[ChangeKind.EMERGENCY] if full else "",
        risk=words.risk[Risk.HIGH] if full else "",
        services=tuple(f"Windows servers {number}" for number in range(9)) if full else (),
        effort="6 h 30 min" if full else "",
        agreement="ACME 2026" if full else "",
        window=words.window(window),
        author="Robin" if full else "",
        reminder=reminder,
        afterwards=afterwards,
        due=words.moment(_EVENING) if afterwards else None,
        link=DECIDING if full else "",
        requester=REQUESTER if full else "",
        said=SAID if full else "",
        note_address=NOTES if full else "",
    )


CHANGE_SAMPLES: Mapping[str, tuple[Make, ...]] = {
    ChangeDecided.template: tuple(
        partial(_decided, decision=decision, window=window, linked=linked)
        for decision, window, linked in product(DECISIONS, WINDOWS, YES_OR_NO)
    ),
    IncidentWanted.template: tuple(partial(_incident_wanted, linked=linked) for linked in YES_OR_NO),
    ConsentWanted.template: tuple(
        partial(_consent, window=window, full=full, reminder=reminder)
        for window, full, reminder in product(WINDOWS, YES_OR_NO, YES_OR_NO)
    ),
    Announced.template: tuple(
        partial(_announced, event=event, window=window, full=full)
        for event, window, full in product(ANNOUNCED, WINDOWS, YES_OR_NO)
    ),
    ApprovalWanted.template: tuple(
        partial(_approval, window=window, full=full, reminder=reminder, afterwards=afterwards)
        for window, full, reminder, afterwards in product(WINDOWS, YES_OR_NO, YES_OR_NO, YES_OR_NO)
    ),
}
