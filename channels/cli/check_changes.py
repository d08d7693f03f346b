"""Could a change be approved, and do templates do what they seem to? What desk.toml and the store say together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from channels.cli.finding import Finding, ok, warning
from channels.cli.store import store_file
from channels.serve.settings import DeskSettings
from intake.desk.changes.local_window import in_words
from intake.desk.changes.recurrence import occurrences, window_of
from intake.desk.changes.windows import MOST_LOOKED_AT, freezes_in, frozen_in_words
from intake.desk.directory import Directory
from intake.desk.names_in_text import key_of
from intake.desk.policy import Policy
from intake.desk.policy_file.change import ChangeTemplate
from intake.desk.policy_file.whole import read_policy
from intake.domain.agent import Agent
from intake.domain.agreement import Agreement
from intake.domain.change import ChangeKind, ChangeLine, Side, Stage, Window
from intake.domain.errors import ConfigError, HelpdeskError
from intake.domain.ticket import spoken
from storage.engine import in_our_words, open_engine
from storage.migrate import HEAD, version_of
from storage.reader import SqlReader

ABOUT = "changes"
SOON = timedelta(days=60)  # a rule that has no time after that is about to end
FAR = timedelta(days=800)
_TITLES = {Side.CIO: "CIO", Side.PROCESS: "Process"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """`coming` are changes with a window that is not over, the first of them."""

    agreements: Mapping[str, Agreement]
    coming: Sequence[ChangeLine]


def check_changes(desk: DeskSettings) -> Iterator[Finding]:
    """A policy that cannot be read, and a store that cannot be looked into, are told elsewhere."""
    try:
        policy = read_policy(desk.policy)
    except ConfigError:
        return
    if not policy.agents:
        yield ok(ABOUT, "nobody is in the directory yet: changes can be drafted, and nobody can approve them ([[agent]])")
        return
    file, now, faults = desk.policy or Path("desk.toml"), datetime.now(UTC), 0
    stored = _stored(desk, now)
    found = (
        *_approvers(policy, file),
        *_delegates(policy, file, now),
        *_freezes(policy, file, now),
        *_templates(policy, file, now),
        *_hours(policy, file, now, stored),
        *_frozen(policy, stored),
    )
    for finding in found:
        faults += 1
        yield finding
    if not faults:
        yield ok(ABOUT, f"both sides have approvers; {_next(policy, now)}")


def approvers_of(policy: Policy, side: Side) -> dict[str, Agent]:
    directory = Directory(policy=policy)
    return {agent.name: agent for team in policy.changes.approvers.get(side, ()) for agent in directory.members(team)}


def _approvers(policy: Policy, file: Path) -> Iterator[Finding]:
    everybody: set[str] = set()
    for side, title in _TITLES.items():
        teams = " or ".join(policy.changes.approvers.get(side, ()))
        people = approvers_of(policy, side)
        everybody |= people.keys()
        if not people:
            says = f"nobody can approve a change for {title}: {teams or 'no team'} has no members"
            yield warning(ABOUT, says, f"give it an [[agent]] in {file}, or name other teams in [changes] approvers")
        for agent in people.values():
            if not agent.mail:
                says = f"{agent.name} approves changes for {title}, and gets no letter with the link: no mail"
                yield warning(ABOUT, says, f"give [[agent]] {agent.name!r} in {file} a mail")
    if len(everybody) == 1:
        says = f"{everybody.pop()} alone stands for both sides: two different people are needed"
        yield warning(ABOUT, says, f"add somebody to the approvers' teams in {file}")


def _delegates(policy: Policy, file: Path, now: datetime) -> Iterator[Finding]:
    approvers = {name for side in _TITLES for name in approvers_of(policy, side)}
    for delegate in policy.changes.delegates:
        if delegate.ends > now and delegate.of not in approvers:
            says = f"{delegate.agent} stands in for {delegate.of}, who approves nothing"
            yield warning(ABOUT, says, f"correct `for` in [[delegate]], or [changes] approvers, in {file}")
        agent = policy.agents.get(delegate.agent)
        if delegate.ends > now and agent is not None and not agent.mail:
            says = f"{delegate.agent} stands in for {delegate.of}, and gets no letter with the link: no mail"
            yield warning(ABOUT, says, f"give [[agent]] {delegate.agent!r} in {file} a mail")


def _freezes(policy: Policy, file: Path, now: datetime) -> Iterator[Finding]:
    """A misspelt service would protect nothing."""
    known = policy.site.own_names().keys()
    of_templates = {key_of(name) for one in policy.changes.templates.values() for name in one.services}
    for freeze in policy.changes.freezes:
        for service in sorted(freeze.services) if known and freeze.window.ends > now else ():
            if key_of(service) not in known | of_templates:
                says = (
                    f"freeze {freeze.name!r}: no [[service]] is called {service!r}, so only changes that call it so are stopped"
                )
                yield warning(ABOUT, says, f"correct it, or add that [[service]], in {file}")


def _templates(policy: Policy, file: Path, now: datetime) -> Iterator[Finding]:
    for template in policy.changes.templates.values():
        if not template.repeats:
            continue
        coming = list(occurrences(template, now, now + SOON))
        later = next(occurrences(template, now + SOON, now + FAR), None)
        mend = f"give it another rule in {file}, or take the template out"
        if not coming and later is None:
            yield warning(ABOUT, f"template {template.name!r}: {template.repeats} has no time left", mend)
        elif later is None:
            last = in_words(window_of(template, coming[-1]))
            yield warning(ABOUT, f"template {template.name!r}: {template.repeats} ends; the last one is {last}", mend)


def _hours(policy: Policy, file: Path, now: datetime, stored: _Stored | None) -> Iterator[Finding]:
    today = now.astimezone(policy.calendar.zone).date()
    for template in policy.changes.templates.values() if stored is not None else ():
        if not template.agreement:
            continue
        agreement = stored.agreements.get(template.agreement) if stored is not None else None
        trouble = "there is no such agreement"
        if agreement is not None:
            trouble = "it is closed" if agreement.closed_at else "" if agreement.ends >= today else f"it ended {agreement.ends}"
        if trouble:
            says = f"template {template.name!r}: nothing is reserved in {template.agreement!r}: {trouble}"
            yield warning(ABOUT, says, f"`intake agreement list` shows those that there are; correct agreement in {file}")


def _frozen(policy: Policy, stored: _Stored | None) -> Iterator[Finding]:
    """A freeze that was decided on after they got their windows."""
    for line in stored.coming if stored is not None else ():
        change = line.change
        if (
            change.window is None
            or change.despite
            or change.kind is ChangeKind.EMERGENCY
            or change.stage is not Stage.SCHEDULED
        ):
            continue
        for freeze in freezes_in(change.window, change.services, policy):
            says = f"{spoken(change.ticket)} is scheduled in a freeze: {frozen_in_words(freeze)}"
            yield warning(ABOUT, says, f"intake change schedule {spoken(change.ticket)} …, or say why --despite that")


def _stored(desk: DeskSettings, now: datetime) -> _Stored | None:
    """None where the store cannot be read, or is of another version."""
    file = store_file(desk)
    if file is not None and not file.exists():
        return None
    try:
        engine = open_engine(desk.store_url, read_only=True)
    except HelpdeskError:
        return None
    try:
        if version_of(engine) != HEAD:
            return None
        with in_our_words(), engine.begin() as connection:
            reader = SqlReader(connection)
            lines = reader.agreements(also_closed=True)
            coming = reader.change_windows(Window(starts=now, ends=now + FAR, time_zone="UTC"), MOST_LOOKED_AT)
        return _Stored(agreements={line.agreement.name: line.agreement for line in lines}, coming=coming)
    except HelpdeskError:
        return None
    finally:
        engine.dispose()


def _next(policy: Policy, now: datetime) -> str:
    coming: list[tuple[datetime, ChangeTemplate]] = [
        (occurrence, template)
        for template in policy.changes.templates.values()
        if (occurrence := next(occurrences(template, now, now + FAR), None)) is not None
    ]
    if not coming:
        return "no template repeats"
    occurrence, template = min(coming, key=lambda one: one[0])
    return f"next by itself: {template.name}, {in_words(window_of(template, occurrence))}"
