"""A deed typed at the prompt takes the way of every input; what became of it is one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn
from uuid import uuid4

from channels.api import shapes
from channels.api.bodies import raw_of
from channels.api.envelope import envelope_of
from channels.api.parse import parse
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
from intake.domain.deed import Assign, Deed
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
    with _at_the_desk(read_settings()) as parts:
        by = principal(agent, parts.policy)
        deed = _as_written(deed, parts.policy)
        receipt = _receive(_arrival(deed, number, by, seen, parts), parts)
        with parts.store.looking() as reader:
            story = reader.story(number)
    line = story.line if story else None
    done = receipt.outcome is Outcome.APPLIED
    if as_json:
        say(shapes.json_line({"receipt": shapes.receipt(receipt), "ticket": shapes.ticket(line) if line else None}))
    if not done:
        complain(_refusal(receipt, deed, number))
    elif not as_json and line is not None:
        say(in_one_line(_done(receipt, deed, line)))
    return done


class NothingToClassify:
    """A deed is no message. Compiling a lexicon for it would take longer than all the rest."""

    def classify(self, text: str) -> NoReturn:
        raise AssertionError(f"a deed is not classified: {text[:100]!r}")


@contextmanager
def _at_the_desk(settings: Settings) -> Iterator[Parts]:
    demand_store(settings.desk)
    parts = put_together(settings, classifier=NothingToClassify())
    try:
        demand_current(parts.store.engine)
        yield parts
    finally:
        parts.store.close()


def _as_written(deed: Deed, policy: Policy) -> Deed:
    """Names as desk.toml writes them."""
    return replace(deed, assigned_to=as_written(deed.assigned_to, policy)) if isinstance(deed, Assign) else deed


def _arrival(deed: Deed, number: int, by: Principal, seen: int | None, parts: Parts) -> Arrival:
    envelope = envelope_of(by, deed.verb, external_id=uuid4().hex, ticket=number, seen=seen)
    return Arrival(channel=Channel.CLI, received_at=parts.clock(), raw=raw_of(deed), envelope=envelope)


def _receive(arrival: Arrival, parts: Parts) -> Receipt:
    incoming = understand(arrival, parse, parts.classifier)
    for _ in range(TRIES):
        try:
            with parts.store.begin() as books:
                return parts.desk.receive(incoming, books)
        except Conflict:
            continue
    raise StoreUnavailable("Somebody else keeps changing this ticket at the same moment: try again")


def _done(receipt: Receipt, deed: Deed, line: TicketLine) -> str:
    it = line.ticket
    what = receipt.reason.removeprefix(f"{deed.verb}: ")
    return f"{spoken(it.number)}: {what}; {it.state.value}, {it.assignment_group}, {it.priority.value}"


def _refusal(receipt: Receipt, deed: Deed, number: int) -> str:
    if receipt.outcome is Outcome.QUARANTINED:
        mend = f"`intake ledger {receipt.id}` shows why, `intake replay {receipt.id}` does it after a mend"
        return f"{spoken(number)}: the desk failed on this, and nothing was done. {mend}"
    code = receipt.refusal
    says = receipt.reason.removeprefix(f"{code.value if code else ''}: ").removeprefix(f"{deed.verb}: ")
    return in_one_line(says if says.startswith(spoken(number)) else f"{spoken(number)}: {says}")
