"""A seeded walk: people do what they may, and what they may not, in any order; what Slack does wrong happens as well."""

from dataclasses import dataclass, field
from random import Random

from channels.slack.presses import Press
from intake.domain.ticket import State
from tests.slack.replay import oracle
from tests.slack.replay.play import Play, Said
from tests.slack.replay.town import ROOMS, STAFF, TRIAGES

REQUESTERS = ("ann", "ben", "eve", "gus", "sue")
AGENTS = tuple(sorted(STAFF))
FORMS = {
    Press.REPLY: {"text": "we look"},
    Press.RESOLVE: {"text": "it runs"},
    Press.ESCALATE: {"reason": "too deep", "tried": "a restart"},
    Press.HOLD: {"reason": "no budget"},
    Press.RETURN: {"reason": "not ours"},
    Press.REOPEN: {"reason": "a mistake"},
}
LABELS = ("broken", "broken", "calm", "none", "burning")


@dataclass
class Walk:
    play: Play
    random: Random
    late: list[Said] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    async def goes(self, steps: int) -> None:
        deeds = (
            *(self.asks,) * 4,
            *(self.goes_on,) * 3,
            *(self.presses,) * 5,
            *(self.notes,) * 2,
            self.amends,
            self.marks,
            self.repeats,
            self.comes_late,
            self.both_take,
            self.trouble,
            self.forges,
            self.confirms,
        )
        for _ in range(steps):
            deed = self.random.choice(deeds)
            self.done.append(deed.__name__)
            await deed()
            await self.play.waits(seconds=self.random.choice((2, 30, 130, 600)))
            oracle.judge_soon(self.play)
        for one in self.late:
            await self._tells(one)
        await self.play.waits(minutes=20)
        await self.play.waits(minutes=2)
        oracle.judge(self.play)

    async def asks(self) -> None:
        who = self.random.choice(REQUESTERS)
        room = "shared" if who == "sue" else self.random.choice(("dm", "help", "cioreq", "some", "talk", "shared"))
        one = self._writes(who, room, mention=room in {"some", "talk"})
        if self.random.random() < 0.1:
            self.late.append(one)
        else:
            await self._tells(one)

    async def goes_on(self) -> None:
        """In a thread, as whoever asked or as somebody else; one of the staff, too."""
        roots = [one for one in self.play.heard if one.at and one.room not in TRIAGES]
        if not roots:
            return
        root = self.random.choice(roots)
        direct = root.room.startswith("D")
        who = root.who if direct else self.random.choice((root.who, root.who, *REQUESTERS[:3], *AGENTS[:2]))
        await self._tells(self._writes(who, root.room, thread=root.thread or root.at))

    async def presses(self) -> None:
        number = self._some()
        what = self.random.choice((Press.TAKE, *FORMS, Press.RESUME))
        who = self.random.choice((*AGENTS, *AGENTS, "ben", "sue"))
        if number is None or not list(self.play.offers(what, number)):
            return
        if what not in FORMS:
            await self.play.presses(who, what, number)
            return
        if self.random.random() < 0.1:
            await self.play.presses(who, what, number, expired=True)
            return
        view = await self.play.opens(who, what, number)
        if view is None or self.random.random() < 0.1 or not any(one["type"] == "input" for one in view["blocks"]):  # type: ignore[attr-defined] # a view has blocks
            return
        if self.random.random() < 0.2:  # meanwhile somebody else is quicker
            await self.play.reacts("jo", *self.play.card(number), "eyes")
        again = {**view}
        if await self.play.sends_off(who, what, view, FORMS[what], number):
            return
        if self.random.random() < 0.1:
            await self.play.sends_off(who, what, again, FORMS[what], number)

    async def notes(self) -> None:
        cards = [
            (room, str(one["ts"]))
            for room in sorted(TRIAGES)
            for one in self.play.double.posted(room)
            if one.get("metadata") and not one.get("thread_ts")
        ]
        if cards:
            room, at = self.random.choice(cards)
            await self._tells(self._writes(self.random.choice(AGENTS), room, thread=at))

    async def amends(self) -> None:
        said = [one for one in self.play.heard if one.at and one not in self.late]
        if not said:
            return
        one = self.random.choice(said)
        if one.room in TRIAGES or self.random.random() < 0.7:
            mark = one.mark if one.room in TRIAGES else ""
            await self.play.edits(one, f"otherwise {mark}")
        else:
            await self.play.deletes(one)

    async def marks(self) -> None:
        who = self.random.choice(REQUESTERS[:3])
        one = self._writes(who, "talk")
        await self.play.hears(self.play.events(one)[0])
        if self.random.random() < 0.5:
            await self.play.reacts(self.random.choice(("ben", "kim")), one.room, one.at, "ticket", who)
        else:
            await self.play.makes_a_ticket(self.random.choice(("eve", "jo")), one)

    async def repeats(self) -> None:
        said = [one for one in self.play.heard if one.name in self.play.sent]
        if said:
            for payload in self.play.events(self.random.choice(said)):
                await self.play.hears(payload, retry=self.random.randint(1, 3))

    async def comes_late(self) -> None:
        self.random.shuffle(self.late)
        if self.late:
            await self._tells(self.late.pop())

    async def both_take(self) -> None:
        """At the same moment, on replicas of their own where there are two."""
        number = self._some()
        if number is None or not (found := list(self.play.offers(Press.TAKE, number))):
            return
        both = [self.play.pressed(who, Press.TAKE, *found[-1]) for who in ("kim", "jo")]
        await self.play.at_once(both)
        has = next(one for one in oracle.tickets(self.play) if one.number == number)
        assert has.assigned_to or has.assignment_group != "support", f"somebody has it: {has}"

    async def trouble(self) -> None:
        double, kind = self.play.double, self.random.randrange(4)
        if kind == 0:
            double.rests["chat.postMessage"] = [3, 8]
        elif kind == 1:
            double.swallows = 1
        elif kind == 2:
            double.ill = 2
        else:
            one = self._writes(self.random.choice(REQUESTERS[:4]), "help")
            for replica in self.play.replicas:
                replica.rows.away = True
            for payload in self.play.events(one):
                await self.play.hears(payload, status=503)
            for replica in self.play.replicas:
                replica.rows.away = False
            await self._tells(one, retry=1)

    async def forges(self) -> None:
        """Somebody's client says that a form is about another ticket than it was opened for."""
        number = self._some()
        if number is None or not list(self.play.offers(Press.REPLY, number)):
            return
        view = await self.play.opens("kim", Press.REPLY, number)
        if view is None or "private_metadata" not in view:
            return
        forged = {**view, "private_metadata": str(view["private_metadata"]).replace(str(number), str(number + 900))}
        if any(one["type"] == "input" for one in view["blocks"]):  # type: ignore[attr-defined] # a view has blocks
            await self.play.sends_off("ben", Press.REPLY, replace_id(forged, "V0FORGED1"), {"text": "let me in"})

    async def confirms(self) -> None:
        number = self._some()
        what = self.random.choice((Press.CONFIRM, Press.DISPUTE))
        if number is not None and list(self.play.offers(what, number)):
            await self.play.presses(self.random.choice(REQUESTERS), what, number)

    def _writes(self, who: str, room: str, *, thread: str = "", mention: bool = False) -> Said:
        label = self.random.choice(LABELS)
        known = {room: name for name, room in ROOMS.items()}
        return self.play.writes(who, known.get(room, room), "something is up", label=label, thread=thread, mention=mention)

    async def _tells(self, one: Said, retry: int = 0) -> None:
        """As Slack does it: what is not taken comes again."""
        for payload in self.play.events(one):
            answer = await self.play.here.hears(payload, retry)
            for turn, after in enumerate((0, 60, 300), start=1):
                if answer.status_code == 200:
                    break
                await self.play.waits(seconds=after)
                answer = await self.play.here.hears(payload, turn)
            assert answer.status_code == 200, (one, answer.status_code)
        self.play.sent[one.name] = 1

    def _some(self) -> int | None:
        open_ones = [one.number for one in oracle.tickets(self.play) if one.state is not State.CANCELED]
        return self.random.choice(open_ones) if open_ones else None


def replace_id(view: dict[str, object], name: str) -> dict[str, object]:
    return {**view, "id": name}
