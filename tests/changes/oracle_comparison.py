"""The oracle's world beside the store's: where they differ, and the oracle goes on from what is there."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy.engine import Connection

from intake.domain.change import ENDED, ChangeKind, Stage
from tests.changes import oracle_rows
from tests.changes.oracle_book import Book
from tests.changes.oracle_tickets import stages_after
from tests.changes.oracle_world import Known, World

DECIDED = frozenset({Stage.APPROVAL, Stage.SCHEDULED, Stage.IMPLEMENTING, Stage.REVIEW})
_NAMED = re.compile(r"HD-([0-9]+)")


def read_world(connection: Connection, now: datetime, books: dict[str, Book]) -> World:
    changes = oracle_rows.changes(connection)
    for change in changes.values():
        if change.stage not in DECIDED or change.kind is ChangeKind.STANDARD:
            change.voices = ()
    return World(now=now, tickets=oracle_rows.tickets(connection), changes=changes, books=books)


def differences(foretold: World, found: World, loose: Mapping[int, Collection[str]]) -> Sequence[str]:
    """Field by field; `round` is the desk's own count, and only ever grows."""
    wrong = []
    for number in sorted({*foretold.changes, *found.changes}):
        one, other = foretold.changes.get(number), found.changes.get(number)
        if one is None or other is None:
            if "all" not in loose.get(number, ()):
                wrong.append(f"HD-{number}: {one and 'lost'} {other and 'has a change'}")
            continue
        if other.round < one.round:
            wrong.append(f"HD-{number}: round {one.round} became {other.round}")
        if "all" in loose.get(number, ()):
            continue
        for field in fields(Known):
            name = field.name
            if name in {"round", "owner_spoke", *loose.get(number, ())} or (name == "voices" and other.stage not in DECIDED):
                continue
            same = set(one.voices) == set(other.voices) if name == "voices" else getattr(one, name) == getattr(other, name)
            if not same:
                wrong.append(f"HD-{number}.{name}: foretold {getattr(one, name)!r}, found {getattr(other, name)!r}")
    return wrong


def differing_balances(books: Mapping[str, Book], connection: Connection) -> Sequence[str]:
    found = oracle_rows.balances(connection)
    foretold = {name: book.balance for name, book in books.items()}
    return [
        f"{name}: foretold {foretold.get(name)}, found {found.get(name)}"
        for name in {*foretold, *found}
        if foretold.get(name) != found.get(name)
    ]


def followed(before: World, after: World, said: str = "", about: int | None = None) -> Sequence[str]:
    """What is wrong with what became of changes when something else was done; books follow what ended. `said` is what somebody
    wrote on the ticket `about`."""
    wrong = []
    for number, ticket in after.tickets.items():
        was, now = before.changes.get(number), after.changes.get(number)
        earlier = before.tickets.get(number)
        if earlier is None:
            if now is not None and now.stage is not Stage.DRAFT:
                wrong.append(f"HD-{number} is new, and its change {now.stage}")
            continue
        allowed = stages_after(earlier, ticket, was)
        if (now.stage if now else None) not in allowed:
            there = f"{earlier.kind}/{earlier.state} became {ticket.kind}/{ticket.state}"
            wrong.append(f"HD-{number}: {there}, its change {was and was.stage} became {now and now.stage}: not {allowed}")
            continue
        if was is not None and now is not None:
            if said and about == number:
                wrong += _named(number, was, now, after, said)
                was.incident = now.incident
            wrong += _kept(number, was, now)
            if now.stage in ENDED and was.stage not in ENDED:
                for book in before.books.values():
                    book.release(number, book.of(number).reserved)
    return wrong


def _kept(number: int, was: Known, now: Known) -> Sequence[str]:
    if now.stage is not was.stage:
        begins_anew = now.stage is Stage.DRAFT
        return [f"HD-{number} begins anew, approved"] if begins_anew and (now.cio or now.process or now.window) else []
    names = ("kind", "author", "planner", "incident", "cio", "process", "window", "estimate", "agreement", "code")
    wrong = [f"HD-{number}.{name} is another now" for name in names if getattr(was, name) != getattr(now, name)]
    return wrong + ([f"HD-{number}: somebody has spoken"] if set(was.voices) != set(now.voices) else [])


def _named(number: int, was: Known, now: Known, world: World, said: str) -> Sequence[str]:
    if now.incident == was.incident or now.incident is None:
        return []
    fit = {int(name) for name in _NAMED.findall(said) if world.incident_is_fit(int(name))}
    return [] if fit == {now.incident} and was.incident is None else [f"HD-{number} names HD-{now.incident} after {said!r}"]
