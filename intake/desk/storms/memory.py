"""What was reported lately, in memory: rebuilt at the first use, and kept up with what other replicas take in."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

from intake.desk.names_in_text import LONGEST_READ, NamesInText
from intake.desk.policy import Policy
from intake.desk.policy_file.site import CriticalService, Site
from intake.desk.ports import UnitOfWork
from intake.desk.ports_of_storms import Likeness, Report, Seen, Similarity
from intake.domain.label import Kind

TAKES_PART = frozenset({Kind.INCIDENT, Kind.NONE})
MOST_ALIKE = 20  # reports that a new one is held against
MOST_RECENT = 5_000  # tickets read when the memory is rebuilt
MOST_KEPT = 500  # reports of storms: remembered beyond the window, for those who report it later
MOST_GAPS = 1_000
A_GAP_LASTS = timedelta(minutes=2)  # a transaction that began earlier is over by then
SWEEP_EVERY = timedelta(minutes=1)
RENEW_EVERY = timedelta(hours=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Memory:
    """Not safe from several threads. Where the desk `follows`, there are other replicas; an embedded store has none. What a
    transaction that was undone left behind is still in here: whoever acts on a likeness asks the store whether it is true."""

    def __init__(self, make: Callable[[], Similarity], policy: Policy, *, follows: bool) -> None:
        """`make` is called at the first use: it may take a while."""
        self._make = make
        self._policy = policy
        self._follows = follows
        self._names: NamesInText[CriticalService | Site] = NamesInText(policy.site.names)
        self._at: dict[int, datetime] = {}
        self._sites: dict[int, frozenset[str]] = {}  # of those that name one
        self._kept: set[int] = set()
        self._highest: int | None = None  # of the tickets that were looked at; None before the memory was built
        self._gaps: dict[int, datetime] = {}
        self._swept_at = self._renewed_at = _LONG_AGO

    @cached_property
    def _similarity(self) -> Similarity:
        return self._make()

    def opened_at(self, ticket: int) -> datetime | None:
        """Of the report that is remembered under this number."""
        return self._at.get(ticket)

    def sites(self, tickets: Iterable[int]) -> frozenset[str]:
        """Which of desk.toml's sites these reports name."""
        return frozenset().union(*(self._sites.get(ticket, frozenset()) for ticket in tickets)) if self._sites else frozenset()

    def remember(self, ticket: int, at: datetime, text: str, books: UnitOfWork, now: datetime) -> Report:
        """After `follow`, or the order of numbers would hide what others have taken in."""
        self.follow(books, now)
        report = self._report(ticket, at, text)
        self._take(report)
        self._saw(ticket, now)
        self._sweep(books, now)
        return report

    def pass_by(self, ticket: int) -> None:
        """It takes no part. An earlier one of this number may have, in a transaction that was undone."""
        if ticket in self._at:
            self._forget([ticket])

    def alike(self, report: Report, now: datetime) -> Sequence[Likeness]:
        """The most alike first: what came within the window, and reports of storms however old."""
        storm = self._policy.storm
        recent = self._similarity.like(report, since=now - storm.window, alike=storm.alike, most=MOST_ALIKE)
        if not self._kept:
            return recent
        horizon = now - self._policy.final.reopen_window - storm.window
        older = self._similarity.like(report, since=horizon, alike=storm.alike, most=MOST_ALIKE)
        known = {one.ticket for one in recent}
        return sorted([*recent, *(one for one in older if one.ticket not in known)], key=lambda one: (-one.score, one.ticket))

    def follow(self, books: UnitOfWork, now: datetime) -> None:
        """Take up what other replicas have committed. A lower number may be committed after a higher one: gaps are looked at
        again for a while."""
        if self._highest is None:
            self._build(books, now)
            return
        if not self._follows:
            return
        for seen in reversed(books.storms.after(self._highest, self._gaps.keys(), MOST_RECENT)):
            self._take_up(seen)
            since = self._gaps.get(seen.number, now)
            self._saw(seen.number, now)
            if not seen.text:
                self._gaps[seen.number] = since  # a call that has just begun: its words are yet to come
        for number in [number for number, since in self._gaps.items() if now - since > A_GAP_LASTS]:
            del self._gaps[number]

    def _build(self, books: UnitOfWork, now: datetime) -> None:
        recent = books.storms.newest(MOST_RECENT)
        self._highest = max((seen.number for seen in recent), default=0)
        since = now - self._policy.storm.window
        for seen in reversed(recent):
            if seen.opened_at >= since:
                self._take_up(seen)
        self._swept_at = now
        self._renew_kept(books, now)

    def _renew_kept(self, books: UnitOfWork, now: datetime) -> None:
        """Which reports of storms are remembered, however old they are."""
        self._renewed_at = now
        kept = books.storms.of_storms_since(now - self._policy.final.reopen_window, MOST_KEPT)
        for seen in kept:
            self._take_up(seen)
        since = now - self._policy.storm.window
        gone = self._kept - {seen.number for seen in kept}
        self._kept = {seen.number for seen in kept}
        self._forget(number for number in gone if self._at.get(number, now) < since)

    def _sweep(self, books: UnitOfWork, now: datetime) -> None:
        """Forget what is too old, unless it belongs to a storm."""
        if now - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = now
        since = now - self._policy.storm.window
        old = [number for number, at in self._at.items() if at < since and number not in self._kept]
        if old:
            self._kept.update(member.ticket for member, _ in books.storms.memberships(old) if member.left_at is None)
            self._forget(number for number in old if number not in self._kept)
        if self._kept and now - self._renewed_at >= RENEW_EVERY:
            self._renew_kept(books, now)

    def _take_up(self, seen: Seen) -> None:
        if seen.text and seen.kind in TAKES_PART and seen.number not in self._at:
            self._take(self._report(seen.number, seen.opened_at, seen.text))

    def _take(self, report: Report) -> None:
        self._similarity.remember(report)
        self._at[report.ticket] = report.at
        self._sites.pop(report.ticket, None)
        if report.sites:
            self._sites[report.ticket] = report.sites

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._sites.pop(number, None)
            if self._at.pop(number, None) is not None:
                self._similarity.forget(number)

    def _saw(self, number: int, now: datetime) -> None:
        highest = self._highest or 0
        if number <= highest:
            self._gaps.pop(number, None)
            return
        if self._follows:
            first = max(highest + 1, number - MOST_GAPS)
            self._gaps.update(dict.fromkeys(range(first, number), now))
        self._highest = number

    def _report(self, ticket: int, at: datetime, text: str) -> Report:
        text = text[:LONGEST_READ]
        named = []
        if self._policy.site.names:
            named = [one.what for one in self._names.find(self._similarity.own_words(text))]
        return Report(
            ticket=ticket,
            at=at,
            text=text,
            services=frozenset(what.name for what in named if isinstance(what, CriticalService)),
            sites=frozenset(what.name for what in named if isinstance(what, Site)),
        )
