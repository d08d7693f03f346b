"""A dialogue as dialogues.toml has it, and how it is played: who says what where, and which ticket it must be on."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from intake.domain.deed import Cancel, ChooseTicket, Confirm, Merge, Reply, Resolve, Take
from intake.domain.errors import TooEarly
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import State, spoken
from tests.chat.chat_desk import ROOMS, ChatDesk
from tests.texts.dialogue import duration

Step = Mapping[str, str | int | bool | list[str]]
_ASKED = {NoticeKind.ACKNOWLEDGEMENT, NoticeKind.WHICH_TICKET, NoticeKind.URGENT}


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    says: str
    steps: tuple[Step, ...]


def dialogues() -> tuple[Dialogue, ...]:
    table = tomllib.loads(Path(__file__).with_name("dialogues.toml").read_text("utf-8"))
    return tuple(Dialogue(says=one["says"], steps=tuple(one["steps"])) for one in table["dialogue"])


@dataclass
class Played:
    """`tickets` are the dialogue's letters, `said` its messages by name, `ends` where each input's words must be when all is
    over."""

    desk: ChatDesk
    tickets: dict[str, int] = field(default_factory=dict)
    said: dict[str, InboundMessage] = field(default_factory=dict)
    ends: dict[int, tuple[str, str]] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)

    def play(self, dialogue: Dialogue) -> None:
        for step in dialogue.steps:
            self.desk.at.clock.now += duration(str(step.get("after", "1m")))
            self._step(step)
            if not step.get("unsent", False):
                self.desk.sends()
            if "state" in step:
                letter, _, state = str(step["state"]).partition(" ")
                assert self.desk.at.ticket(self.tickets[letter]).state is State(state), step
            if "priority" in step:
                letter, _, priority = str(step["priority"]).partition(" ")
                assert self.desk.at.ticket(self.tickets[letter]).priority.value == priority, step
        assert len(self.desk.numbers()) == len(self.tickets), "something opened a ticket that nobody expected"

    def misplaced(self) -> list[tuple[str, str, str]]:
        letters = {number: letter for letter, number in self.tickets.items()}
        places = {
            said.ledger: letters[number] for number in letters for said in self.desk.messages(number) if said.ledger is not None
        }
        return [
            (words, letter, places.get(ledger, "nowhere"))
            for ledger, (letter, words) in self.ends.items()
            if places.get(ledger, "nowhere") != letter
        ]

    def _step(self, step: Step) -> None:
        match step:
            case {"replies": str(letter)}:
                self._does(Reply(text=str(step["text"])), letter)
            case {"resolves": str(letter)}:
                self._does(Resolve(text=str(step["text"])), letter)
            case {"cancels": str(letter)}:
                self._does(Cancel(reason="spam"), letter)
            case {"merges": str(letter), "into": str(other)}:
                self._does(Merge(into=self.tickets[other]), letter)
            case {"takes": str(letter)}:
                self.desk.at.does(Take(), "root", ticket=self.tickets[letter])
            case {"confirms": str(letter), "from": str(who)}:
                self.desk.does(who, Confirm(), ticket=self.tickets[letter])
            case {"presses": str(meant), "on": str(letter), "from": str(who)}:
                receipt = self.desk.does(who, ChooseTicket(on=self.tickets[meant]), ticket=self.tickets[letter])
                assert receipt.outcome is Outcome(str(step.get("outcome", "applied"))), (step, receipt)
            case _:
                self._hear(step)

    def _does(self, deed: Reply | Resolve | Cancel | Merge, letter: str) -> None:
        receipt = self.desk.at.does(deed, "root", ticket=self.tickets[letter])
        assert receipt.refusal is None, receipt.reason

    def _hear(self, step: Step) -> None:
        message = self._message(step)
        label = str(step.get("label", "none"))
        if "as" in step:
            self.said[str(step["as"])] = message
        if step.get("unheard", False):
            return
        if step.get("too_early", False):
            with pytest.raises(TooEarly):
                self.desk.hears(message, label)
            return
        who = str(step.get("from", "ann"))
        before = len(self.desk.told(who))
        receipt = self.desk.hears(message, label)
        expected = Outcome(str(step.get("outcome", "opened")))
        assert receipt.outcome is expected, (step, receipt)
        assert receipt.duplicate is bool(step.get("duplicate", False)), (step, receipt)
        assert str(step.get("reason", "")) in receipt.reason, (step, receipt)
        self._place(step, receipt, message.text)
        fresh = [one.notice for one in self.desk.told(who)[before:] if one.notice is not None and one.notice.kind in _ASKED]
        usual = ["acknowledgement"] if expected is Outcome.OPENED and not receipt.duplicate else []
        assert [notice.kind.value for notice in fresh] == step.get("told", usual), (step, receipt)
        for notice in fresh:
            if notice.kind is NoticeKind.WHICH_TICKET:
                options = [spoken(self.tickets[letter]) for letter in str(step["options"]).split()]
                assert notice.fields["options"].split() == options, step

    def _message(self, step: Step) -> InboundMessage:
        who, text = str(step.get("from", "ann")), str(step.get("text", ""))
        for letter, number in self.tickets.items():
            text = text.replace(f"{{{letter}}}", spoken(number))
        earlier = duration(str(step.get("earlier", "0s")))
        match step:
            case {"again": str(name)}:
                return self.said[name]
            case {"edits": str(name)}:
                return self.desk.amended(self.said[name], text)
            case {"deletes": str(name)}:
                return self.desk.amended(self.said[name], deleted=True)
            case {"finds": str(name), "for": str(by)}:
                return self.desk.found(self.said[name], by, str(step.get("why_not", "")))
            case {"in": "command"}:
                return self.desk.command(who, text)
        return self.desk.said(
            who,
            text,
            moment=self.moments.get(str(step.get("says_at", "")), ""),
            room=str(step.get("in", "dm")),
            thread=self._root(str(step.get("thread", "")), str(step.get("in", "dm"))),
            mentions=bool(step.get("mentions", False)),
            earlier=earlier,
            files=int(str(step.get("files", 0))),
            nature=Nature(str(step.get("nature", "human"))),
        )

    def _root(self, name: str, room: str) -> str:
        """Of what was said as that, of a ticket's card (`card A`), of something so old that nobody heard (`unknown 2h`), or of
        what will be heard in a moment (`unheard NAME`)."""
        what, _, whose = name.partition(" ")
        match what:
            case "":
                return ""
            case "card":
                return self.desk.card(self.tickets[whose])
            case "unknown":
                return f"{room_of(room)}/{self.desk.moment(duration(whose))}"
            case "unheard":
                self.moments[whose] = self.desk.moment()
                return f"{room_of(room)}/{self.moments[whose]}"
        said = self.said[name]
        assert said.place is not None
        return said.place.thread or said.external_id

    def _place(self, step: Step, receipt: Receipt, words: str) -> None:
        letter = str(step.get("ticket", ""))
        if receipt.outcome is Outcome.OPENED and not receipt.duplicate:
            assert receipt.ticket is not None
            assert letter, step
            assert letter not in self.tickets, step
            self.tickets[letter] = receipt.ticket
        if letter:
            assert receipt.ticket == self.tickets[letter], (step, receipt, self.tickets)
        if receipt.outcome in {Outcome.OPENED, Outcome.APPENDED, Outcome.HELD} and not receipt.duplicate:
            self.ends[receipt.id] = (str(step.get("ends", letter)), words[:60])


def room_of(room: str) -> str:
    return ROOMS.get(room, "D0SOMEBODY")
