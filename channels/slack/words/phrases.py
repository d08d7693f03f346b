"""The words that people read in Slack: `en.toml`, `de.toml` beside this. Their markup is ours; what people wrote is escaped."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TypeVar

from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from intake.domain.label import Category, Kind, Level
from intake.domain.ticket import State

_FOLDER = Path(__file__).parent
_Key = TypeVar("_Key", bound=Enum)
OTHERWISE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """For whoever asked. Where a phrase has a sister `…_shared`, that is for rooms in which another company reads."""

    thanks: str
    thanks_about: str
    call_us: str
    paged: str
    paged_alone: str
    urgent_no_phone: str
    read_as: str
    next_team: str
    next_team_by: str
    next_us: str
    next_us_by: str
    next_change: str
    storm: str
    storm_shared: str
    add: str
    question: str
    wrong: str
    broken: str
    need: str
    change: str
    page: str
    which: str
    which_new: str
    urgent: str
    storm_known: str
    storm_known_shared: str
    storm_update: str
    storm_update_shared: str
    storm_dissolved: str
    storm_dissolved_shared: str
    next_update: str
    submitted: str
    approved: str
    scheduled: str
    rescheduled: str
    sent_back: str
    done: str
    backed_out: str
    change_news: str
    incident_wanted: str
    consent_wanted: str
    consent_reminder: str
    consent_effort: str
    consent_agreement: str
    consent_yes: str
    consent_no: str
    consent_page: str
    before: str
    during: str
    after: str
    moved: str
    off: str
    undone: str
    when: str
    was: str
    waits: str
    waits_shared: str
    worked_on: str
    worked_on_shared: str
    on_hold: str
    on_hold_until: str
    resolved: str
    ended: str
    by: str
    continued: str
    solved: str
    solved_yes: str
    solved_no: str
    solved_closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWords:
    """For the desk's own people."""

    kind: str
    asked_by: str
    has_it: str
    state: str
    impact: str
    urgency: str
    nobody: str
    unknown: str
    tier: str
    where_direct: str
    where_room: str
    where_by: str
    why: str
    certain: str
    asks: str
    answer_by: str
    answer_late: str
    answered: str
    solve_by: str
    solve_late: str
    paused: str
    hold_until: str
    hold: str
    part_of: str
    merged: str
    ended: str
    final: str
    held: str
    held_more: str
    moved: str
    take: str
    reply: str
    resolve: str
    escalate: str
    more: str
    hold_it: str
    resume: str
    return_it: str
    relabel: str
    merge: str
    reopen: str
    accept: str
    reject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsWords:
    """For the desk's own people: what has happened, in the thread under a card or to one of them."""

    new: str
    escalated: str
    handed_over: str
    added: str
    held: str
    unreached: str
    due_soon: str
    overdue: str
    storm_proposed: str
    storm_formed: str
    storm_again: str
    storm_update_due: str
    approval_wanted: str
    approval_overdue: str
    change_news: str
    agreement_low: str
    response_proposed: str
    not_passed_on: str
    watched: str
    something: str
    somebody: str
    an_agreement: str
    by: str
    why: str
    tried: str
    accept: str
    reject: str
    page: str
    page_asked: str
    page_step: str
    take: str
    taken: str
    passed: str
    over: str
    over_by: str
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    told: Told
    card: CardWords
    news: NewsWords
    kind: Mapping[Kind, str]
    category: Mapping[Category, str]
    state: Mapping[State, str]
    impact: Mapping[Level, str]
    urgency: Mapping[Level, str]
    channel: Mapping[Channel, str]

    def label(self, kind: Kind, category: Category | None) -> str:
        return f"{self.kind[kind]} ({self.category[category]})" if category else self.kind[kind]


@cache
def languages() -> frozenset[str]:
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


def speaks(language: str) -> bool:
    """`language` is a BCP 47 tag such as de-AT."""
    return language.partition("-")[0].lower() in languages()


def phrases_of(language: str) -> Phrases:
    """English where there are no words in it."""
    return _read(language.partition("-")[0].lower() if speaks(language) else OTHERWISE)


@cache
def _read(name: str) -> Phrases:
    table: dict[str, object] = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    told, card, news = (_section(table, one, name) for one in ("told", "card", "news"))
    for kind, rows in ((Told, told), (CardWords, card), (NewsWords, news)):
        _demand(rows, {field.name for field in fields(kind)}, f"{name}.toml, {kind.__name__}")
    return Phrases(
        told=Told(**told),
        card=CardWords(**card),
        news=NewsWords(**news),
        kind=_total(Kind, _section(table, "kind", name), name),
        category=_total(Category, _section(table, "category", name), name),
        state=_total(State, _section(table, "state", name), name),
        impact=_total(Level, _section(table, "impact", name), name),
        urgency=_total(Level, _section(table, "urgency", name), name),
        channel=_total(Channel, _section(table, "channel", name), name),
    )


def _total(kind: type[_Key], rows: Mapping[str, str], name: str) -> Mapping[_Key, str]:
    _demand(rows, {str(key.value) for key in kind}, f"{name}.toml, {kind.__name__}")
    return {key: rows[str(key.value)] for key in kind}


def _section(table: Mapping[str, object], section: str, name: str) -> dict[str, str]:
    rows = table.get(section)
    if not isinstance(rows, dict) or not all(isinstance(says, str) and says for says in rows.values()):
        raise ConfigError(f"{name}.toml: [{section}] must be a section of texts")
    return {str(key): str(says) for key, says in rows.items()}


def _demand(rows: Mapping[str, str], keys: set[str], where: str) -> None:
    if rows.keys() != keys:
        raise ConfigError(f"{where}: wrong are {', '.join(sorted(rows.keys() ^ keys))}")
