"""What docs/slack.md promises, asked of what Slack was sent and of the ledger; nothing here is taken from the desk's code."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.notice import NoticeKind
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.ticket import State, Ticket
from tests.slack.replay.play import Play, Said
from tests.slack.replay.town import BY_ID, CARDS_OF, PEOPLE, PUBLIC_URL, SHARED, STAFF, TRIAGES
from tests.slack.replay.watched_double import Shown

OVER = {State.CLOSED, State.CANCELED}
_VALUE = re.compile(r'"value": "(\d+)\.')
_WORDS = re.compile(r"words[a-z]+\d+x")
_STAFF_DIRECT = {PEOPLE[name].direct for name in STAFF}


def judge(play: Play) -> None:
    """Raises AssertionError with all that is wrong."""
    play.double.check()
    wrong = [*leaks(play), *ledger(play), *doubled(play), *acknowledged(play), *unsent(play), *cards(play), *lost(play)]
    assert not wrong, "\n".join(wrong)


def judge_soon(play: Play) -> None:
    """What must hold at any moment."""
    play.double.check()
    wrong = [*leaks(play), *ledger(play), *doubled(play)]
    assert not wrong, "\n".join(wrong)


def leaks(play: Play) -> Iterator[str]:
    said = {one.mark: one for one in play.heard}
    for shown in play.double.seen:
        if _is_inside(shown):
            continue
        reader = BY_ID.get(shown.only, shown.only) or "all"
        where = f"{shown.method} in {shown.room}/{shown.thread} for {reader}: {shown.says[:900]}"
        yield from (f"LEAK {mark}: {where}" for mark in play.inside if mark in shown.says)
        yield from (f"AGENT {PEOPLE[name].name}: {where}" for name in STAFF if _names(name, shown.says))
        yield from (
            f"WORDS {mark}: {where}" for mark in set(_WORDS.findall(shown.says)) if not _may_read(shown, said.get(mark))
        )
        if shown.room and not shown.room.startswith("D"):
            yield from (f"PERSON {name}: {where}" for name in PEOPLE if _names(name, shown.says))
            yield from ([f"LINK {where}"] if PUBLIC_URL in shown.says else [])


def _is_inside(shown: Shown) -> bool:
    return shown.room in TRIAGES or shown.room in _STAFF_DIRECT or BY_ID.get(shown.only, "") in STAFF


def _names(name: str, says: str) -> bool:
    one = PEOPLE[name]
    first, _, last = one.name.partition(" ")
    return any(word in says for word in (first, last, one.mail))


def _may_read(shown: Shown, one: Said | None) -> bool:
    """Who said it, and who was there. Of another company's people nobody repeats anything."""
    if one is None or shown.room == SHARED:
        return False
    return shown.only == PEOPLE[one.who].id or shown.room in {one.room, PEOPLE[one.who].direct}


def entries(play: Play) -> list[LedgerEntry]:
    with play.store.looking() as reader:
        return [one for one in reader.ledger(limit=10_000) if one.channel is Channel.SLACK]


def tickets(play: Play) -> list[Ticket]:
    with play.store.looking() as reader:
        return [line.ticket for line in reader.tickets(limit=10_000)]


def ledger(play: Play) -> Iterator[str]:
    found = entries(play)
    counts = Counter(one.external_id for one in found)
    yield from (f"LEDGER {one}: {counts[one]} rows" for one in play.sent if counts[one] != 1)
    yield from (f"QUARANTINED {one.external_id}: {one.fault}" for one in found if one.outcome is Outcome.QUARANTINED)


def doubled(play: Play) -> Iterator[str]:
    """A mark that stands on two posts: one of them was made twice."""
    posts = Counter(
        json.dumps(one["metadata"], sort_keys=True)
        for posted in play.double.messages.values()
        for one in posted
        if one.get("metadata")
    )
    yield from (f"DOUBLED {mark}" for mark, count in posts.items() if count > 1)


def outbox(play: Play) -> list[Delivery]:
    with play.store.looking() as reader:
        return [one for one in reader.outbox(limit=10_000) if one.channel is Channel.SLACK]


def acknowledged(play: Play) -> Iterator[str]:
    """One for whoever asked; a question which ticket it is stands for it."""
    greeting = {NoticeKind.ACKNOWLEDGEMENT, NoticeKind.WHICH_TICKET, NoticeKind.STORM_KNOWN}
    counts = Counter(one.ticket for one in outbox(play) if one.notice is not None and one.notice.kind in greeting)
    opened = {one.ticket for one in entries(play) if one.outcome is Outcome.OPENED}
    yield from (f"ACKNOWLEDGED HD-{one} {counts[one]} times" for one in opened if one is not None and counts[one] != 1)


def unsent(play: Play) -> Iterator[str]:
    done = {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.CANCELED, DeliveryState.HELD}
    now = play.clock.now
    yield from (f"UNSENT {one}" for one in outbox(play) if one.state not in done and one.due_at <= now)
    yield from (f"FAILED {why}" for replica in play.replicas for why in replica.failed)


def cards(play: Play) -> Iterator[str]:
    """Each open ticket has one that lives, where the team is that has it; nothing else can be pressed anywhere."""
    live: dict[int, list[str]] = {}
    for room in TRIAGES:
        for one in play.double.posted(room):
            numbers = set(_VALUE.findall(json.dumps(one.get("blocks", []))))
            for number in numbers if not one.get("thread_ts") else ():
                live.setdefault(int(number), []).append(room)
    for ticket in tickets(play):
        where = CARDS_OF.get(ticket.assignment_group)
        wanted = [where] if where is not None and ticket.state not in OVER and ticket.merged_into is None else []
        if live.get(ticket.number, []) != wanted:
            said = f"CARD HD-{ticket.number} ({ticket.state}, {ticket.assignment_group})"
            yield f"{said} in {live.get(ticket.number)}, not {wanted}"


def lost(play: Play) -> Iterator[str]:
    """Each answer stands once where its ticket is spoken of, and in no other conversation."""
    rooms: dict[int, set[str]] = {}
    by_name = play.marked | {one.name: one for one in play.heard if one.room not in TRIAGES}
    for entry in entries(play):
        one = by_name.get(entry.external_id.removeprefix("found/"))
        if entry.ticket is not None and one is not None:
            rooms.setdefault(entry.ticket, set()).update({one.room, PEOPLE[one.who].direct})
    for mark, number in play.answers.items():
        there = [
            (room, str(one.get("thread_ts", "")))
            for room, posted in play.double.messages.items()
            for one in posted
            if room not in TRIAGES and mark_stands(play, mark, one)
        ]
        if not there or len(set(there)) != len(there):
            yield f"ANSWER {mark} of HD-{number} stands in {there}"
        elif number in rooms and not {room for room, _ in there} <= rooms[number]:
            yield f"ANSWER {mark} of HD-{number} stands in {there}, not in {rooms[number]}"


def mark_stands(play: Play, mark: str, one: Mapping[str, object]) -> bool:
    """In the words, or in the whole of them that goes along as a file."""
    files = one.get("files", [])
    assert isinstance(files, list)
    whole = [play.double.uploads[str(file["id"])].decode() for file in files if str(file["id"]) in play.double.uploads]
    return any(re.search(rf"{mark}(?!file)", says) for says in (json.dumps(one), *whole))
