"""The desk's own people answer the mail that told them of a ticket: to its reply address, or with a note to its note address.

There are no commands in the text: the address decides, and only a mail that is provenly theirs."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import fullmatch

from intake.desk.actions import Actor
from intake.desk.addressed import addressed, plain_address
from intake.desk.case import Case
from intake.desk.directory import Directory
from intake.desk.opening import add_message
from intake.desk.parties import is_caller
from intake.desk.permissions import demand_deed
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.telling import REACHED_BY, Teller
from intake.desk.threads import Match, Proof, bind_names
from intake.domain.action import Action
from intake.domain.agent import Agent
from intake.domain.attached_file import ANY_TYPE, LONGEST_NAME, TYPE_PATTERN, AttachedFile
from intake.domain.channel import Channel
from intake.domain.deed import Note, Reply
from intake.domain.deed_shape import Deed
from intake.domain.errors import Forbidden, IllegalTransition, NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import Notice, NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket

TOLD_OF_UNPROVEN = "told unproven "  # before an agent's name, among the signs of life
SMALLEST_PICTURE = 16 * 1024  # bytes: what is pasted into a text and smaller than this is a logo

_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_REFUSALS = (Forbidden, IllegalTransition, NotFound, PolicyViolation, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffByMail:
    policy: Policy
    teller: Teller
    replies: Replies
    actor: Actor

    def author(self, message: InboundMessage, ticket: Ticket, books: UnitOfWork) -> Agent | None:
        """Who of the staff says to have written this; None for whoever asked for the ticket themselves."""
        if message.channel is not Channel.EMAIL or message.nature is not Nature.HUMAN or message.author is None:
            return None
        agent = Directory(policy=self.policy).writer(message.author)
        return None if agent is None or is_caller(message.author, ticket, books) else agent

    def hear(self, message: InboundMessage, agent: Agent, match: Match, case: Case) -> Receipt:
        """`case` is in the agent's hands. What cannot be done is kept inside, and its author is told why."""
        if not message.authentic:
            return self._wait(message, agent, match, case)
        if match.proof not in {Proof.NOTE_ADDRESS, Proof.REPLY_ADDRESS} or match.blind:
            self._tell(agent, {"why": "it was not written to the ticket's own address"}, case)
            return self._keep(message, f"{match.reason}, by {agent.name}: not written to the ticket's own address", case)
        try:
            with case.books.savepoint():
                done = self._note(message, case) if match.proof is Proof.NOTE_ADDRESS else self._reply(message, case)
        except _REFUSALS as refusal:
            self._tell(agent, {"why": str(refusal)}, case)
            return self._keep(message, f"by {agent.name}, not passed on: {refusal}", case)
        bind_names(message.known_as, case.ticket.number, case.books)
        return _receipt(case, Outcome.APPLIED, done)

    def _note(self, message: InboundMessage, case: Case) -> str:
        deed = Note(text=message.text)
        done = self._apply(deed, message, case)
        self.replies.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, "by mail")
        if message.attachments and case.ledger is not None:
            add_message(message, case.ticket.number, case.ledger, case.books, public=False)
        return done

    def _reply(self, message: InboundMessage, case: Case) -> str:
        """Whom the mail went to directly has it already."""
        deed = Reply(text=self._own_words(message, case), files=tuple(_passed_along(message)))
        demand_deed(case.by, deed, case.ticket, self.policy, case.was_paged)
        told = {person.value for person in addressed(message, self.teller.own).people}
        done = self.replies.reply(deed, case, told)
        self.teller.refresh(case.ticket, case.books, case.now)
        self.teller.tell_watching_staff(case.ticket, done, case.by.name, case.books, case.now)
        return f"{deed.verb}: {done}"

    def _own_words(self, message: InboundMessage, case: Case) -> str:
        """What the desk told a colleague is not for the requester: neither what they quote of it, nor what they pass on. Raises
        PolicyViolation where it still shows."""
        inner = message.passed_on
        ours = inner is not None and plain_address(inner.author) in self.teller.own
        text = inner.remark if inner is not None and ours else message.text
        words = "\n".join(line for line in text.splitlines() if not line.startswith(">")).strip()
        if f"+n.{case.ticket.number}." in words:
            raise PolicyViolation("it still quotes what the desk told you: write above the quote, and delete the rest")
        return words

    def _apply(self, deed: Deed, message: InboundMessage, case: Case) -> str:
        action = Action(
            channel=message.channel,
            external_id=message.external_id,
            received_at=message.received_at,
            by=case.by,
            deed=deed,
            ticket=case.ticket.number,
        )
        return f"{deed.verb}: {self.actor.apply(action, case)}"

    def _wait(self, message: InboundMessage, agent: Agent, match: Match, case: Case) -> Receipt:
        """Anybody can write a colleague's name into a From."""
        unproven = f"nothing proves that it is from {agent.name}"
        reason = f"{match.reason}, but {unproven}: not passed on"
        assert case.ledger is not None
        kept = add_message(message, case.ticket.number, case.ledger, case.books, public=False, held=True)
        case.write(EventKind.HELD, reason, actor=agent.mail, data={"message": str(kept)})
        if not (match.proof.is_signed and self._tell_of_unproven(agent, case)):
            told = {"by": agent.mail, "held": "yes", "why": unproven, "message": str(kept)}
            self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, case.books, case.now, told)
        self.teller.refresh(case.ticket, case.books, case.now)
        return _receipt(case, Outcome.HELD, reason)

    def _keep(self, message: InboundMessage, reason: str, case: Case) -> Receipt:
        assert case.ledger is not None
        kept = add_message(message, case.ticket.number, case.ledger, case.books, public=False)
        reason = f"{reason}; kept inside, the requester was not answered"
        case.write(EventKind.ATTACHED, reason, data={"message": str(kept)})
        self.teller.refresh(case.ticket, case.books, case.now)
        return _receipt(case, Outcome.APPENDED, reason)

    def _tell_of_unproven(self, agent: Agent, case: Case) -> bool:
        """Once in a window of the gate: anybody who has a ticket's address can write in a colleague's name, and must not use up
        what that colleague may be told. False where it was told already: whoever has the ticket hears of it instead."""
        if not case.books.signs.take_turn(f"{TOLD_OF_UNPROVEN}{agent.name}", case.now, self.policy.gate.window):
            return False
        self._tell(agent, {"why": "nothing proves that it is from you", "unproven": "yes"}, case)
        return True

    def _tell(self, agent: Agent, fields: Mapping[str, str], case: Case) -> None:
        notice = Notice(kind=NoticeKind.NOT_PASSED_ON, fields=fields)
        author = Directory(policy=self.policy).mail_of(agent)
        if author is not None:
            self.teller.tell(case.ticket, notice, REACHED_BY[author.kind], author.value, case.books, case.now)


def _passed_along(message: InboundMessage) -> Iterator[AttachedFile]:
    """What the requester is meant to get: not the signature's logo, nor what only proves the colleague's mail."""
    for file in message.attachments:
        if (file.inline and file.size < SMALLEST_PICTURE) or file.content_type in _SIGNATURES:
            continue
        kind = file.content_type if fullmatch(TYPE_PATTERN, file.content_type) else ANY_TYPE
        content = b64encode(file.content).decode()
        yield AttachedFile(name=file.name[:LONGEST_NAME], content_type=kind, content=content)


def _receipt(case: Case, outcome: Outcome, reason: str) -> Receipt:
    assert case.ledger is not None
    return Receipt(id=case.ledger, outcome=outcome, reason=reason, ticket=case.ticket.number)
