"""Plays a conversation that is written as data: one step after the other, letters for tickets, names for what was said."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from channels.slack.presses import Press
from intake.domain.receipt import LedgerEntry
from intake.domain.ticket import State
from tests.slack.replay import oracle
from tests.slack.replay.aside import adds_file, fetched_by
from tests.slack.replay.aside_steps import expects, happens
from tests.slack.replay.play import Play, Said
from tests.slack.replay.town import CARDS_OF, ROOMS

Step = dict[str, object]


def conversations() -> list[tuple[str, list[Step]]]:
    written = sorted(Path(__file__).parent.glob("conversations*.toml"))
    read = [one for path in written for one in tomllib.loads(path.read_text("utf-8"))["conversation"]]
    return [(one["says"], one["steps"]) for one in read]


@dataclass
class Script:
    play: Play
    letters: dict[str, int] = field(default_factory=dict)
    names: dict[str, Said] = field(default_factory=dict)

    async def plays(self, steps: list[Step]) -> None:
        for step in steps:
            try:
                await self._does(step)
                if not step.get("quick"):
                    await self.play.waits(seconds=float(str(step.get("then", 130))))
                self._expects(step)
            except AssertionError as wrong:
                raise AssertionError(f"{step}: {wrong}") from wrong
        await self.play.waits(minutes=10)
        oracle.judge(self.play)

    async def _does(self, step: Step) -> None:
        play, who, number = self.play, str(step.get("who", "ann")), self.letters.get(str(step.get("on", "")), 0)
        match step["do"]:
            case "say":
                await self._says(who, step)
            case "again":
                for payload in play.events(self.names[str(step["what"])]):
                    await play.hears(payload, retry=2)
            case "edit":
                await play.edits(self.names[str(step["what"])], str(step["text"]))
            case "delete":
                await play.deletes(self.names[str(step["what"])])
            case "mark":
                one = self.names[str(step["what"])]
                await play.reacts(who, one.room, one.at, str(step.get("emoji", "ticket")), one.who)
            case "make":
                await play.makes_a_ticket(who, self.names[str(step["what"])])
            case "command":
                trigger = await play.commands(who, str(step["text"]), str(step.get("label", "broken")))
                self.names["last"] = Said(who=who, room="", at="", thread="", words="", mark=trigger)
            case "home":
                await play.opens_home(who)
            case _ if not self._befalls(step) and not await happens(play, self.letters, self.names, step):
                await self._presses(who, number, step)

    async def _presses(self, who: str, number: int, step: Step) -> None:
        play = self.play
        match step["do"]:
            case "react":
                room, at = play.card(number)
                await play.reacts(who, room, at, str(step["emoji"]))
            case "press":
                more = str(self.letters[str(step["chooses"])]) if "chooses" in step else ""
                await play.presses(who, Press(str(step["what"])), number, more=more, expired=bool(step.get("expired")))
            case "fill":
                answer = await play.fills(who, Press(str(step["what"])), number, self._values(step))
                assert bool(answer) == bool(step.get("stays")), answer
            case "close":
                await play.opens(who, Press(str(step["what"])), number)
            case unknown:
                raise AssertionError(f"no such step: {unknown}")

    def _befalls(self, step: Step) -> bool:
        """What goes wrong without anybody's doing; False for a deed."""
        play = self.play
        match step["do"]:
            case "away" | "back":
                for replica in play.replicas:
                    replica.rows.away = step["do"] == "away"
            case "rest":
                play.double.rests["chat.postMessage"] = [5, 7]
            case "swallow":
                play.double.swallows = int(str(step.get("count", 1)))
            case _:
                return False
        return True

    async def _says(self, who: str, step: Step) -> None:
        play, thread, room = self.play, str(step.get("thread", "")), str(step.get("in", "dm"))
        if thread.startswith("card "):
            channel, thread = play.card(self.letters[thread.removeprefix("card ")])
            room = next(name for name, known in ROOMS.items() if known == channel) if channel in ROOMS.values() else channel
        elif thread:
            root = self.names[thread]
            thread = root.thread or root.at
        one = play.writes(
            who,
            room,
            str(step["text"]),
            label=str(step.get("label", "broken")),
            thread=thread,
            mention=bool(step.get("mention")),
            plain=bool(step.get("plain")),
        )
        one = adds_file(play, one, str(step["file"])) if "file" in step else one
        self.names[str(step.get("as", "last"))] = self.names["last"] = one
        payloads = play.events(one)
        for payload in reversed(payloads) if step.get("reversed") else payloads:
            status = int(str(step.get("status", 200)))
            await play.hears(payload, "" if step.get("unkept") else one.name, status=status)
        assert "file" not in step or not fetched_by(play), "it was fetched while Slack waited"

    def _values(self, step: Step) -> dict[str, str]:
        values = step["values"]
        assert isinstance(values, dict)
        return {
            name: f"HD-{self.letters[value[1:]]}" if str(value).startswith("@") else str(value) * int(str(step.get("times", 1)))
            for name, value in values.items()
        }

    def _expects(self, step: Step) -> None:
        if "ticket" in step:
            self._is_on(str(step["ticket"]), str(step.get("outcome", "")))
        elif "outcome" in step:
            assert self._entries()[0].outcome == step["outcome"], self._entries()[0]
        expects(self.play, self.letters, self.names, step)
        if step.get("unkept"):
            assert not self._entries(), "it was kept"
        found = {one.number: one for one in oracle.tickets(self.play)}
        for letter, state in dict(step.get("states", {})).items():  # type: ignore[call-overload] # a table
            assert found[self.letters[letter]].state is State[str(state).upper()], found[self.letters[letter]]
        for letter, team in dict(step.get("teams", {})).items():  # type: ignore[call-overload] # a table
            assert found[self.letters[letter]].assignment_group == team
            assert self.play.card(self.letters[letter])[0] == CARDS_OF[team]
        if "has" in step:
            assert found[self.letters[str(step["on"])]].assigned_to == step["has"], found[self.letters[str(step["on"])]]

    def _entries(self) -> list[LedgerEntry]:
        one = self.names["last"]
        wanted = {one.name, f"found/{one.name}"} if one.room else {one.mark}
        return [entry for entry in oracle.entries(self.play) if entry.external_id in wanted]

    def _is_on(self, letter: str, outcome: str) -> None:
        found = self._entries()
        assert len(found) == 1, found
        assert not outcome or found[0].outcome == outcome, found[0]
        assert found[0].ticket is not None, found[0]
        assert self.letters.setdefault(letter, found[0].ticket) == found[0].ticket, (self.letters, found[0])
        assert len(set(self.letters.values())) == len(self.letters), self.letters
