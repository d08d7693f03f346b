"""A deed typed at the prompt takes the way of every input; what became of it is one line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn
from uuid import uuid4

from channels.api import change_shapes, shapes
from channels.api.bodies import raw_of
from channels.api.change_waiting import waiting_of
from channels.api.envelope import envelope_of
from channels.api.parse import parse
from channels.cli.command_names import AGREEMENT_COMMANDS, CHANGE_COMMANDS
from channels.cli.deed_words import option_name
from channels.cli.settings import read_settings
from channels.cli.store import demand_store
from channels.cli.terminal import complain, in_one_line, say
from channels.cli.ticket_number import ticket_number
from channels.cli.who import as_written, principal
from channels.serve.compose import Parts, Settings, put_together
from intake.desk.incoming import understand
from intake.desk.policy import Policy
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import AGREEMENT_DEEDS, DEEDS, AddTask, Assign, Deed
from intake.domain.errors import Conflict, StoreUnavailable
from intake.domain.principal import Principal
from intake.domain.receipt import Outcome, Receipt
from intake.domain.story import TicketLine
from intake.domain.ticket import spoken
from storage.migrate import demand_current

TRIES = 3  # when somebody else wrote the same thing first


def do(deed: Deed, name: str, *, agent: str | None, seen: int | None, as_json: bool) -> bool:
    """Whether it was done; a refusal is said on stderr. Raises NotFound for what names no ticket, or nobody here."""
    number = ticket_number(name)
    with at_the_desk(read_settings()) as parts:
        by = principal(agent, parts.policy)
        deed = _as_written(deed, parts.policy)
        receipt = receive(_arrival(deed, number, by, seen, parts), parts)
        with parts.store.looking() as reader:
            story, change = reader.story(number), reader.change(number)
            waits_for = waiting_of(change, reader, parts.policy, parts.clock())() if change is not None else ()
    line = story.line if story else None
    done = receipt.outcome is Outcome.APPLIED
    if as_json:
        ticket = shapes.ticket(line) if line else None
        carried = change_shapes.change(change.line) if change else None
        say(shapes.json_line({"receipt": shapes.receipt(receipt), "ticket": ticket, "change": carried}))
    if not done:
        complain(refusal_in_words(receipt, deed, spoken(number)))
    elif not as_json and line is not None:
        about_change = change is not None and type(deed) in CHANGE_COMMANDS.values()
        say(in_one_line(_done(receipt, deed, line, change.line.change.stage.value if change and about_change else "")))
        for what in waits_for if about_change else ():
            say(in_one_line(f"Waits for {what}."))
    return done


class NothingToClassify:
    """A deed is no message. Compiling a lexicon for it would take longer than all the rest."""

    def classify(self, text: str) -> NoReturn:
        raise AssertionError(f"a deed is not classified: {text[:100]!r}")


@contextmanager
def at_the_desk(settings: Settings) -> Iterator[Parts]:
    demand_store(settings.desk)
    parts = put_together(settings, classifier=NothingToClassify())
    try:
        demand_current(parts.store.engine)
        yield parts
    finally:
        parts.store.close()


def _as_written(deed: Deed, policy: Policy) -> Deed:
    """Names as desk.toml writes them."""
    return replace(deed, assigned_to=as_written(deed.assigned_to, policy)) if isinstance(deed, Assign | AddTask) else deed


def _arrival(deed: Deed, number: int, by: Principal, seen: int | None, parts: Parts) -> Arrival:
    envelope = envelope_of(by, deed.verb, external_id=uuid4().hex, ticket=number, seen=seen)
    return Arrival(channel=Channel.CLI, received_at=parts.clock(), raw=raw_of(deed), envelope=envelope)


def receive(arrival: Arrival, parts: Parts) -> Receipt:
    incoming = understand(arrival, parse, parts.classifier)
    for _ in range(TRIES):
        try:
            with parts.store.begin() as books:
                return parts.desk.receive(incoming, books)
        except Conflict:
            continue
    raise StoreUnavailable("Somebody else keeps changing the same thing at the same moment: try again")


def _done(receipt: Receipt, deed: Deed, line: TicketLine, stage: str) -> str:
    it = line.ticket
    what = receipt.reason.removeprefix(f"{deed.verb}: ")
    stands = stage or f"{it.state.value}, {it.assignment_group}, {it.priority.value}"
    return f"{spoken(it.number)}: {what}; {stands}"


def refusal_in_words(receipt: Receipt, deed: Deed, name: str) -> str:
    """`name` is what it was to be done to."""
    if receipt.outcome is Outcome.QUARANTINED:
        mend = f"`intake ledger {receipt.id}` shows why, `intake replay {receipt.id}` does it after a mend"
        return f"{name}: the desk failed on this, and nothing was done. {mend}"
    code = receipt.refusal
    says = receipt.reason.removeprefix(f"{code.value if code else ''}: ").removeprefix(f"{deed.verb}: ")
    says = _AS_NAMED.sub(lambda found: f"({_command(found[1], found[2] or '')})", says)
    says = _VERB.sub(lambda found: f"`{_command(found[0], '')}`" if found[0] in _VERBS else found[0], says)
    return in_one_line(says if says.startswith(name) else f"{name}: {says}")


def _command(verb: str, field: str) -> str:
    """What does a deed here, and the option for a field of it; a word that is none stays as it is."""
    option = f" {option_name(field)}" if field else ""
    for group, commands in (("change", CHANGE_COMMANDS), ("agreement", AGREEMENT_COMMANDS)):
        short = next((name for name, deed in commands.items() if deed.verb == verb), None)
        if short is not None:
            return f"intake {group} {short}{option}"
    return f"intake {verb.replace('_', '-')}{option}" if verb in DEEDS else f"{verb}, {field}" if field else verb


# A refusal names the deed that helps, perhaps with a field of it: (submit_change), (plan_change, incident).
_AS_NAMED = re.compile(r"\(([a-z_]{1,40})(?:, ([a-z_]{1,40}))?\)")
_VERBS = frozenset({*DEEDS, *AGREEMENT_DEEDS})
_VERB = re.compile(r"\b[a-z]{1,20}(?:_[a-z]{1,20}){1,4}\b")  # what it cannot be done for, or by whom
