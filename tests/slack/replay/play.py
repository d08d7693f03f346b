"""People at work in the workspace: each deed as Slack would tell the desk of it, with marks in all that is said."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from channels.slack.presses import Press, Pressed, press_of, read_more, read_value
from storage.store import SqlStore
from tests.desk.at_the_desk import SettableClock
from tests.slack.events import app_mention, changed, deleted, home_opened, message, reaction, said
from tests.slack.filling import Value, filled_in
from tests.slack.ids import MENTION, OTHER_TEAM, Payload
from tests.slack.interactions import command, press, shortcut_make, submission
from tests.slack.replay.stage import Replica, SaysByMark, town_policy
from tests.slack.replay.town import PEOPLE, ROOMS, SHARED, STAFF, TRIAGES, profile
from tests.slack.replay.watched_double import WatchedDouble, shared_file, watched_double
from tests.texts.text_desk import LABELS

INSIDE = {"reason", "tried", "note"}  # what stands there no requester may ever read


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`mark` is in the words, and nowhere else. `file` is the id and the name of what is added to them."""

    who: str
    room: str
    at: str
    thread: str
    words: str
    mark: str
    file: str = ""

    @property
    def name(self) -> str:
        return f"{self.room}/{self.at}"


@dataclass
class Play:
    replicas: list[Replica]
    double: WatchedDouble
    clock: SettableClock
    classifier: SaysByMark
    store: SqlStore
    heard: list[Said] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)  # external ids that the ledger must have once
    inside: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)  # mark -> ticket
    marked: dict[str, Said] = field(default_factory=dict)  # by the shortcut's trigger
    count: int = 0
    turn: int = 0

    @property
    def here(self) -> Replica:
        """They take turns, as behind a balancer."""
        self.turn += 1
        return self.replicas[self.turn % len(self.replicas)]

    async def hears(self, payload: Mapping[str, object], id: str = "", *, retry: int = 0, status: int = 200) -> str:
        answer = await self.here.hears(payload, retry)
        assert answer.status_code == status, (answer.status_code, answer.text)
        if id and status == 200:
            self.sent[id] = self.sent.get(id, 0) + 1
        return answer.text

    async def at_once(self, payloads: Sequence[Payload]) -> None:
        answers = await asyncio.gather(*(self.here.hears(one) for one in payloads))
        assert {one.status_code for one in answers} == {200}

    def mark(self, what: str) -> str:
        self.count += 1
        return f"{what}{self.count}x"

    def stamp(self) -> str:
        self.count += 1
        return f"{int(self.clock.now.timestamp())}.{self.count:06d}"

    def writes(
        self,
        who: str,
        room: str,
        words: str,
        *,
        label: str = "broken",
        thread: str = "",
        mention: bool = False,
        plain: bool = False,
    ) -> Said:
        """It stands in Slack; nobody has told the desk yet."""
        self.double.now = self.clock.now
        channel = PEOPLE[who].direct if room == "dm" else ROOMS.get(room, room)
        mark = self.mark("note" if channel in TRIAGES else f"words{who}")
        (self.inside if channel in TRIAGES else [""]).append(mark)
        self.classifier.labels[mark] = LABELS[label]
        text = f"{MENTION + ' ' if mention else ''}{words}{'' if plain else f' {mark}'}"
        at = self.double.put(channel, text, user=PEOPLE[who].id, thread=thread)
        one = Said(who=who, room=channel, at=at, thread=thread, words=text, mark=mark)
        self.heard.append(one)
        return one

    def events(self, one: Said) -> list[Payload]:
        who = PEOPLE[one.who]
        where = {"user": who.id, "room": one.room, "at": one.at, "thread": one.thread, "shared": one.room == SHARED}
        where |= {"user_team": OTHER_TEAM} if who.of == OTHER_TEAM else {}
        if one.file:
            where |= {"subtype": "file_share", "files": [shared_file(self.double.url, one.file)]}
        told = [message(one.words, **where)]  # type: ignore[arg-type] # as `said` takes it
        return [*told, app_mention(one.words, **where)] if MENTION in one.words else told  # type: ignore[arg-type] # ditto

    async def says(self, who: str, room: str, words: str, **how: object) -> Said:
        one = self.writes(who, room, words, **how)  # type: ignore[arg-type] # as `writes` takes it
        for payload in self.events(one):
            await self.hears(payload, one.name)
        return one

    async def edits(self, one: Said, words: str) -> Said:
        mark = self.mark(f"words{one.who}")
        now = Said(who=one.who, room=one.room, at=one.at, thread=one.thread, words=f"{words} {mark}", mark=mark)
        edited = self.stamp()
        where = {"user": PEOPLE[one.who].id, "thread": one.thread}
        await self.hears(changed(now.words, before=one.words, at=one.at, edited=edited, room=one.room, **where))
        self.heard.append(now)
        return now

    async def deletes(self, one: Said) -> None:
        where = {"user": PEOPLE[one.who].id, "thread": one.thread}
        await self.hears(deleted(before=one.words, at=one.at, room=one.room, **where), f"{one.name}/deleted")

    async def reacts(self, who: str, room: str, at: str, emoji: str, author: str = "") -> None:
        stamp = f"{room}/{at}/reaction/{emoji}/{PEOPLE[who].id}"
        of = PEOPLE[author].id if author else ""
        await self.hears(reaction(emoji, user=PEOPLE[who].id, author=of, room=room, at=at), "" if room in TRIAGES else stamp)

    async def makes_a_ticket(self, who: str, one: Said) -> None:
        on = said(one.words, user=PEOPLE[one.who].id, room=one.room, at=one.at, thread=one.thread)
        trigger = self.trigger(who)
        self.marked[trigger] = one
        payload = shortcut_make(on, user=PEOPLE[who].id, room=one.room, trigger=trigger)
        await self.hears({**payload, "response_url": self.whisper(who)}, trigger)

    async def commands(self, who: str, words: str, label: str = "broken") -> str:
        trigger, mark = self.trigger(who), self.mark(f"words{who}")
        self.classifier.labels[mark] = LABELS[label]
        self.heard.append(Said(who=who, room=PEOPLE[who].direct, at="", thread="", words=words, mark=mark))
        await self.hears(command(f"{words} {mark}", user=PEOPLE[who].id, room=ROOMS["talk"], trigger=trigger), trigger)
        return trigger

    async def opens_home(self, who: str) -> None:
        await self.hears(home_opened(user=PEOPLE[who].id))

    def offers(self, what: Press, number: int) -> Iterator[tuple[str, Payload, Pressed]]:
        """Where such a button stands now, the newest last; in a menu, too."""
        for room, posted in self.double.messages.items():
            for one in posted:
                for element in _elements(one.get("blocks")):
                    value = read_value(str(element.get("value", "")))
                    if press_of(str(element.get("action_id", ""))) is what and value is not None and value.ticket == number:
                        yield room, one, value
                    for option in _listed(element.get("options")):
                        chosen = read_value(str(option.get("value", "")))
                        more = read_more(chosen.more) if chosen is not None else None
                        if chosen is not None and chosen.ticket == number and more is not None and more[0] is what:
                            yield room, one, chosen

    async def presses(self, who: str, what: Press, number: int, *, more: str = "", expired: bool = False) -> None:
        """A button that stands there; what is not offered cannot be pressed."""
        found = [offer for offer in self.offers(what, number) if not more or offer[2].more == more]
        assert found, f"nobody offers {what} of HD-{number}"
        room, shown, value = found[-1]
        await self.hears(self.pressed(who, what, room, shown, value, expired=expired))

    def pressed(self, who: str, what: Press, room: str, shown: Payload, value: Pressed, *, expired: bool = False) -> Payload:
        trigger = self.trigger(who)
        if expired:
            self.double.expired.add(trigger)
        in_menu = read_more(value.more) is not None
        payload = press(
            Press.MORE if in_menu else what,
            None if in_menu else value,
            option=value if in_menu else None,
            user=PEOPLE[who].id,
            room=room,
            at=str(shown["ts"]),
            thread=str(shown.get("thread_ts", "")),
            action_ts=self.stamp(),
            trigger=trigger,
        )
        return {**payload, "response_url": self.whisper(who)}

    async def opens(self, who: str, what: Press, number: int) -> Payload | None:
        """The form as it stands before them now; None for a refusal or a word."""
        before = len(self.double.views)
        await self.presses(who, what, number)
        return list(self.double.views.values())[-1] if len(self.double.views) > before else None

    async def sends_off(self, who: str, what: Press, view: Payload, values: Mapping[str, Value], number: int = 0) -> str:
        """What Slack hears; empty where the form has closed. Values get marks: those that are for the desk's eyes alone too."""
        marked = {name: self._marked(name, value, who, number) for name, value in values.items()}
        payload = submission(
            what,
            filled_in(view, marked),
            private=str(view["private_metadata"]),
            user=PEOPLE[who].id,
            view_id=str(view["id"]),
            hash=str(view["hash"]),
        )
        answer = await self.hears(payload)
        if answer and "response_action" in json.loads(answer):
            for name, value in marked.items():
                if name == "text" and isinstance(value, str):
                    self.answers.pop(value.rpartition(" ")[2], None)
        return answer

    async def fills(self, who: str, what: Press, number: int, values: Mapping[str, Value]) -> str:
        view = await self.opens(who, what, number)
        assert view is not None, "no form"
        if not _listed(view.get("blocks")) or "private_metadata" not in view:
            return "refused"
        return await self.sends_off(who, what, view, values, number)

    def _marked(self, name: str, value: Value, who: str, number: int) -> Value:
        if name in INSIDE and isinstance(value, str):
            self.inside.append(self.mark("inside"))
            return f"{value} {self.inside[-1]}"
        if name == "text" and isinstance(value, str):
            mark = self.mark("answer") if who in STAFF else self.mark(f"words{who}")
            if who in STAFF:
                self.answers[mark] = number
            else:
                self.heard.append(Said(who=who, room=PEOPLE[who].direct, at="", thread="", words=value, mark=mark))
            self.classifier.labels[mark] = LABELS["broken"]
            return f"{value} {mark}"
        return value

    def trigger(self, who: str) -> str:
        self.count += 1
        self.double.pressed_by[f"{self.count}.37.trigger"] = PEOPLE[who].id
        return f"{self.count}.37.trigger"

    def whisper(self, who: str) -> str:
        return f"{self.double.url}/response/{PEOPLE[who].id}"

    def card(self, number: int) -> tuple[str, str]:
        """Room and ts of what stands there, the newest."""
        named = re.compile(rf"HD-{number}\b")
        found = [
            (room, str(one["ts"]))
            for room in sorted(TRIAGES)
            for one in self.double.posted(room)
            if one.get("metadata") and not one.get("thread_ts") and named.search(json.dumps(one))
        ]
        assert found, f"no card of HD-{number}"
        return max(found, key=lambda one: int(one[1].partition(".")[2]))

    async def works(self) -> None:
        self.double.now = self.clock.now
        for replica in self.replicas:
            await replica.works()

    async def waits(self, **long: float) -> None:
        """In steps: what was told to wait a little has its turn."""
        until = self.clock.now + timedelta(**long)
        await self.works()
        for step in (5, 10, 60, 86_400):
            self.clock.now = min(until, self.clock.now + timedelta(seconds=step))
            await self.works()


def _elements(blocks: object) -> Iterator[Payload]:
    for block in _listed(blocks):
        yield from _listed(block.get("elements"))
        if isinstance(accessory := block.get("accessory"), dict):
            yield accessory


def _listed(value: object) -> list[Payload]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


@asynccontextmanager
async def a_play(store: SqlStore, replicas: int = 1) -> AsyncIterator[Play]:
    async with watched_double() as double:
        clock, classifier, policy = SettableClock(), SaysByMark(), town_policy()
        double.users |= {one.id: profile(one) for one in PEOPLE.values()}
        double.rooms[SHARED] = {"is_private": False, "is_ext_shared": True, "is_member": True}
        staged = [Replica(f"r{one}", store, double, clock, classifier, policy) for one in range(replicas)]
        for one in staged:
            one.writer.start()
        try:
            yield Play(replicas=staged, double=double, clock=clock, classifier=classifier, store=store)
        finally:
            for one in staged:
                await one.close()
