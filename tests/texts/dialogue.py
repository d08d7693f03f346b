"""A dialogue as dialogues.toml has it, and how it is played: who texts what when, and which ticket each text must be on."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from intake.domain.channel import AddressKind, Channel
from intake.domain.deed import Cancel, LinkAddress, Merge, Relabel
from intake.domain.label import Level
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import State, spoken
from tests.desk.at_the_desk import ANN, BURNING, CALM, mail
from tests.texts.text_desk import NUMBERS, TextDesk

Step = Mapping[str, str | int | bool | list[str]]
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Misplaced(NamedTuple):
    text: str
    expected: str
    actual: str


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    says: str
    steps: tuple[Step, ...]


def dialogues() -> tuple[Dialogue, ...]:
    table = tomllib.loads(Path(__file__).with_name("dialogues.toml").read_text("utf-8"))
    return tuple(Dialogue(says=one["says"], steps=tuple(one["steps"])) for one in table["dialogue"])


@dataclass
class Played:
    """`tickets` are the dialogue's letters; `ends` says on which of them each input's text must be when all is over."""

    desk: TextDesk
    tickets: dict[str, int] = field(default_factory=dict)
    ends: dict[int, tuple[str, str]] = field(default_factory=dict)
    counted: int = 0

    def play(self, dialogue: Dialogue) -> None:
        for step in dialogue.steps:
            self.desk.at.clock.now += duration(str(step.get("after", "1m")))
            if "text" in step and not {"replies", "resolves", "mails"} & step.keys():
                self._text(step)
            else:
                self._deed(step)
            self.desk.at.sends(Channel.SMS)
            if "state" in step:
                letter, _, state = str(step["state"]).partition(" ")
                assert self.desk.at.ticket(self.tickets[letter]).state is State(state), step
            if "links" in step and "number" not in step:
                one, *others = str(step["links"]).split()
                linked = set(self.desk.at.story(self.tickets[one]).links)
                assert linked == {self.tickets[other] for other in others}, step

    def misplaced(self) -> list[Misplaced]:
        places, names = self.desk.where_texts_are(), {number: letter for letter, number in self.tickets.items()}
        return [
            Misplaced(text, letter, names.get(places.get(ledger, 0), "nowhere"))
            for ledger, (letter, text) in self.ends.items()
            if places.get(ledger) != self.tickets[letter]
        ]

    def _text(self, step: Step) -> None:
        who = str(step.get("from", "ann"))
        body = self._filled(str(step["text"])) * int(str(step.get("times", 1)))
        before = len(self.desk.told(who))
        receipt = self.desk.texts(
            who,
            body,
            str(step.get("label", "none")),
            sid=str(step.get("sid", "")),
            files=int(str(step.get("files", 0))),
            opt_out=str(step.get("opt_out", "")),
            earlier=duration(str(step.get("earlier", "0s"))),
        )
        assert receipt.outcome is Outcome(str(step.get("outcome", "opened"))), (step, receipt)
        assert receipt.duplicate is bool(step.get("duplicate", False)), (step, receipt)
        self._place(step, receipt, body)
        told = self.desk.told(who)[before:]
        kinds = [one.notice.kind.value for one in told if one.notice is not None]
        assert kinds == step.get("told", ["acknowledgement"] if receipt.outcome is Outcome.OPENED else []), (step, receipt)
        questions = [one.notice for one in told if one.notice is not None and one.notice.kind is NoticeKind.WHICH_TICKET]
        if questions:
            options = [spoken(self.tickets[letter]) for letter in str(step["options"]).split()]
            assert questions[0].fields["options"].split() == options, step
            assert questions[0].fields["words"].split("\n") == step.get("words", questions[0].fields["words"].split("\n")), step

    def _place(self, step: Step, receipt: Receipt, body: str) -> None:
        letter = str(step.get("ticket", ""))
        if receipt.outcome is Outcome.OPENED and not receipt.duplicate:
            assert receipt.ticket is not None
            assert letter not in self.tickets, step
            assert receipt.ticket not in self.tickets.values(), step
            self.tickets[letter] = receipt.ticket
        if letter:
            assert receipt.ticket == self.tickets[letter], (step, receipt, self.tickets)
        if receipt.outcome in {Outcome.OPENED, Outcome.APPENDED, Outcome.HELD}:
            self.ends[receipt.id] = (str(step.get("ends", letter)), body[:60])

    def _deed(self, step: Step) -> None:
        at = self.desk.at
        match step:
            case {"replies": str(letter), "text": str(text)}:
                self.desk.answers(self.tickets[letter], text)
            case {"resolves": str(letter), "text": str(text)}:
                self.desk.resolves(self.tickets[letter], text)
            case {"mails": str(letter), "text": str(text)}:
                label = BURNING if step.get("label") == "burning" else CALM
                receipt = at.hears(mail(text, subject="By mail", author=ANN, received_at=at.clock()), label)
                assert receipt.ticket is not None
                self.tickets[letter] = receipt.ticket
            case {"links": str(letter), "number": str(who)}:
                deed = LinkAddress(kind=AddressKind.PHONE, address=NUMBERS[who])
                at.does(deed, "root", ticket=self.tickets[letter])
            case {"merges": str(letter), "into": str(other)}:
                at.does(Merge(into=self.tickets[other]), "root", ticket=self.tickets[letter])
            case {"cancels": str(letter)}:
                at.does(Cancel(reason="spam"), "root", ticket=self.tickets[letter])
            case {"upgrades": str(letter)}:
                at.does(Relabel(impact=Level.HIGH, urgency=Level.HIGH), "root", ticket=self.tickets[letter])
            case _:
                raise AssertionError(f"no such step: {step}")

    def _filled(self, text: str) -> str:
        """`{A}` is that ticket's spoken number, `{#A}` the bare one, `{code kim A}` the code of a page."""
        for letter, number in self.tickets.items():
            text = text.replace(f"{{{letter}}}", spoken(number)).replace(f"{{#{letter}}}", str(number))
            for who in NUMBERS:
                if f"{{code {who} {letter}}}" in text:
                    text = text.replace(f"{{code {who} {letter}}}", self.desk.code_for(who, number))
        return text


def duration(text: str) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
