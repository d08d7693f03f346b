"""When a change happens: its window, what else happens then, and the freezes in its way."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from intake.desk.case import Case
from intake.desk.changes.announcing import Announcer
from intake.desk.changes.carried import carried, put
from intake.desk.changes.local_window import in_words, window_meant
from intake.desk.changes.owners import has_agreed, owners_of
from intake.desk.changes.process import becomes
from intake.desk.changes.resting import rest_until_window
from intake.desk.changes.word import Word
from intake.desk.names_in_text import key_of
from intake.desk.policy import Policy
from intake.desk.policy_file.site import SitePolicy
from intake.desk.telling import Teller
from intake.domain.change import Change, ChangeKind, ChangeLine, Conflict, Window
from intake.domain.deed import ScheduleChange
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken

MOST_LOOKED_AT = 200  # other changes in one window
MOST_NAMED = 10


def freezes_in(window: Window, services: Collection[str], policy: Policy) -> list[Conflict]:
    """Those that forbid it, by their beginning: freezes of everything, or of one of these services."""
    found = []
    for freeze in policy.changes.freezes:
        shared = _shared(sorted(freeze.services), services, policy.site)
        if freeze.window.overlaps(window) and (shared or not freeze.services):
            found.append(Conflict(window=freeze.window, freeze=freeze.name, services=shared))
    return sorted(found, key=lambda one: (one.window.starts, one.freeze))


def conflicts(change: Change, window: Window, others: Iterable[ChangeLine], policy: Policy) -> list[Conflict]:
    """Other changes at that time: those that touch the same services first, then by their beginning."""
    found = [
        Conflict(
            window=line.change.window,
            ticket=line.change.ticket,
            services=_shared(change.services, line.change.services, policy.site),
        )
        for line in others
        if line.change.ticket != change.ticket and line.change.window is not None and line.change.window.overlaps(window)
    ]
    return sorted(found, key=lambda one: (not one.services, one.window.starts, one.ticket or 0))


def _shared(some: Collection[str], others: Collection[str], site: SitePolicy) -> tuple[str, ...]:
    """As the first of the two calls them: a service and its aliases in desk.toml are the same."""
    if not some or not others:
        return ()
    known = site.own_names()

    def key(name: str) -> str:
        return key_of(known.get(key_of(name), name)) or name.casefold()

    theirs = {key(name) for name in others}
    return tuple(dict.fromkeys(name for name in some if key(name) in theirs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler:
    policy: Policy
    teller: Teller
    word: Word
    announcer: Announcer

    def schedule(self, deed: ScheduleChange, case: Case) -> str:
        """Its window, in words, with whatever else happens then."""
        change = carried(case)
        stage = becomes(deed, change)
        self._demand_agreed(change, case)
        zone = self.policy.calendar.zone
        meant = window_meant(deed.starts, deed.ends, deed.time_zone, zone, case.now)
        window, before = meant.window, change.window
        frozen = freezes_in(window, change.services, self.policy)
        despite = self._despite(change, deed.despite.strip(), frozen)
        when = in_words(window)
        if change.stage is stage and before == window and change.despite == despite:
            return f"was to happen {when} already"
        others = conflicts(change, window, case.books.changes.windows(window, MOST_LOOKED_AT), self.policy)
        since = change.since if change.stage is stage else case.now
        moved = replace(change, stage=stage, since=since, window=window, moved=change.moved + 1, despite=despite)
        notes = [*meant.remarks, *told(others, frozen, despite)]
        why = "; ".join([f"{'moved to' if before is not None else 'to happen'} {when}", *notes])
        data = {"starts": window.starts.astimezone(UTC).isoformat(), "ends": window.ends.astimezone(UTC).isoformat()}
        moved = put(moved, case, EventKind.CHANGE_SCHEDULED, why, {**data, "time_zone": window.time_zone})
        rest_until_window(moved, case)
        if before != window:
            decision = "scheduled" if before is None else "rescheduled"
            self.word.to_requester(case, decision, window=window)
            self.announcer.moved(case, moved, before)
        return why

    def _demand_agreed(self, change: Change, case: Case) -> None:
        if not change.is_approved:
            missing = [
                side for side, by in (("CIO", change.cio_approved_by), ("Process", change.process_approved_by)) if not by
            ]
            raise PolicyViolation(f"{spoken(change.ticket)} is not approved yet: {' and '.join(missing)} decide first")
        if not self.policy.changes.product_owner_must_agree or change.kind is ChangeKind.STANDARD:
            return
        owners = owners_of(change, case.books)
        if owners and not has_agreed(change, case.books):
            names = ", ".join(owner.value for owner in owners)
            raise PolicyViolation(f"{spoken(change.ticket)}: a product owner must agree first: {names}")

    def _despite(self, change: Change, despite: str, frozen: Sequence[Conflict]) -> str:
        """Why it may stand in a freeze; empty where there is none. Raises PolicyViolation."""
        if not frozen:
            return ""
        if not despite and change.kind is not ChangeKind.EMERGENCY:
            raise PolicyViolation(f"{'; '.join(map(frozen_in_words, frozen))}: choose another window, or say why despite that")
        return despite


def told(others: Sequence[Conflict], frozen: Sequence[Conflict], despite: str) -> list[str]:
    """What whoever gave the window should know."""
    notes = [f"{frozen_in_words(one)}{f', despite that: {despite}' if despite else ''}" for one in frozen]
    if others:
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        named = ", ".join(_other_in_words(one) for one in others[:MOST_NAMED])
        notes.append(f"at the same time: {named}{more}")
    return notes


def frozen_in_words(conflict: Conflict) -> str:
    touches = f" of {', '.join(conflict.services)}" if conflict.services else ""
    return f"freeze {conflict.freeze!r}{touches}, {in_words(conflict.window)}"


def _other_in_words(conflict: Conflict) -> str:
    touches = f" ({', '.join(conflict.services)} as well)" if conflict.services else ""
    return f"{spoken(conflict.ticket or 0)}{touches}"
