"""The thread under a card: what the desk's people write to each other there is a work note, and leaves it nowhere."""

from dataclasses import dataclass, replace

from intake.desk.actions import Actor
from intake.desk.case import Case
from intake.desk.chat.answering_there import words_of
from intake.desk.chat.moments import MAY_BE_BROUGHT_AGAIN, may_still_come, notes_in_chat
from intake.desk.chat.said import Said
from intake.desk.chat.speaking import Speaking
from intake.desk.opening import add_message
from intake.desk.policy import Policy
from intake.desk.threads import bind_names
from intake.domain.action import Action
from intake.domain.channel import Channel
from intake.domain.deed import Note
from intake.domain.deed_shape import LONGEST_TEXT
from intake.domain.errors import TooEarly
from intake.domain.message import InboundMessage, ThreadKind
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.ticket import Ticket

NOT_STAFF = f"{Refusal.FORBIDDEN.value}: only the desk's own people write notes under a card"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteThread:
    policy: Policy
    actor: Actor
    speaking: Speaking

    def hear(self, said: Said) -> Receipt | None:
        """None where it is no card's thread, nor talk in a triage channel. Raises TooEarly where the card may have been
        posted a little while ago."""
        ticket = self._ticket(said)
        if ticket is not None:
            return self._note(said, ticket)
        if not is_triage(said.place.room, self.policy):
            return None
        if said.place.thread and may_still_come(said.place.thread, said.books, said.text.now, MAY_BE_BROUGHT_AGAIN):
            raise TooEarly(f"{said.place.thread} may be a card that was posted lately")
        return said.suppressed("talk: in a triage channel, under no card")

    def _ticket(self, said: Said) -> Ticket | None:
        """As the card was posted for it: where it was merged, the note stays on the one that was named."""
        if not said.place.thread:
            return None
        ref = notes_in_chat(said.place.thread)
        number = said.books.threads.bound([ref]).get(ref)
        return said.books.tickets.get(number) if number is not None else None

    def _note(self, said: Said, ticket: Ticket) -> Receipt:
        agent = self.speaking.agent(said.author, said.books.chat)
        if agent is None:
            why_not = self.speaking.still_finding_out(said.author, said.books.chat)
            return said.suppressed(f"{Refusal.FORBIDDEN.value}: {why_not}" if why_not else NOT_STAFF, ticket.number)
        text, message = said.text, _inside(said.message)
        case = Case(ticket, text.books, text.now, by=agent.principal, channel=text.channel, ledger=text.ledger)
        done = self.write(words_of(message), message, case)
        self.actor.replies.pager.acknowledge(case.ticket, agent.name, case.books, case.now, "by a note under its card")
        if message.remote or message.attachments:
            add_message(message, ticket.number, text.ledger, case.books, public=False)
        else:
            bind_names(message.known_as, ticket.number, case.books)
        return said.receipt(Outcome.APPLIED, done, ticket.number)

    def write(self, words: str, message: InboundMessage, case: Case) -> str:
        """What was done."""
        deed = Note(text=words[:LONGEST_TEXT])
        action = Action(
            channel=message.channel,
            external_id=message.external_id,
            received_at=message.received_at,
            by=case.by,
            deed=deed,
            ticket=case.ticket.number,
        )
        return f"{deed.verb}: {self.actor.apply(action, case)}"


def is_triage(room: str, policy: Policy) -> bool:
    """Nobody asks there: what is said in a team's own channel is no request, whoever it names and whoever marks it."""
    return any(rule.channel is Channel.SLACK and rule.address == room for rule in policy.mirrors)


def _inside(message: InboundMessage) -> InboundMessage:
    """Known by its own name alone: nothing that leaves finds its way to a thread of notes."""
    return replace(message, known_as=tuple(ref for ref in message.known_as if ref.kind is ThreadKind.MESSAGE_ID), answers=())
