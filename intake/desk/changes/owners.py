"""Product owners, who speak for the party whose hours a change takes: they agree, or decline, by the link in their mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.changes.carried import carried, put
from intake.desk.changes.ending import Ending
from intake.desk.changes.process import becomes, demand_round, demand_stage
from intake.desk.changes.word import Word
from intake.desk.chat.speaking import Speaking
from intake.desk.parties import is_caller
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.address_shape import address_of
from intake.domain.change import Change, ChangeDecision, Side, Stage, Verdict
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import ConsentToChange, DeclineChange
from intake.domain.errors import Forbidden
from intake.domain.event import EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import spoken

_SIDE = {"side": Side.PRODUCT_OWNER.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    policy: Policy
    teller: Teller
    word: Word
    ending: Ending

    def ask(self, change: Change, case: Case, *, reminder: bool = False) -> None:
        """Each of them who has not decided since approval was asked for; they take part in the ticket from now on."""
        books, asked = case.books, list[str]()
        heard = {one.by.casefold() for one in decided_by_owners(change, books)}
        for owner in owners_of(change, books):
            if owner.value in self.teller.own or owner.value.casefold() in heard:
                continue
            where = self._reached(owner, books)
            if not is_caller(where, case.ticket, books):
                books.tickets.watch(case.ticket.number, where)
            fields = {"agreement": change.agreement, **({"reminder": "yes"} if reminder else {})}
            notice = Notice(kind=NoticeKind.CONSENT_WANTED, fields=fields)
            self.teller.tell(case.ticket, notice, REACHED_BY[where.kind], where.value, books, case.now)
            asked.append(owner.value if where == owner else f"{owner.value} (in the chat, {where.value})")
        if asked:
            kind = EventKind.APPROVAL_REMINDED if reminder else EventKind.APPROVAL_ASKED
            case.note(kind, f"asked whether they agree, as product owners: {', '.join(asked)}", _SIDE)

    def _reached(self, owner: Address, books: UnitOfWork) -> Address:
        """In the chat, where they press a button, if a profile there proves that this mail is theirs."""
        person = books.chat.person_with(owner.value) if Channel.SLACK in self.teller.senders else None
        if person is None or not Speaking(policy=self.policy).proves_mail(person):
            return owner
        return Address(kind=AddressKind.SLACK, value=person.id, name=person.name)

    def remind(self, change: Change, case: Case) -> None:
        """Where nothing is scheduled before one of them has agreed."""
        if self.policy.changes.product_owner_must_agree and not has_agreed(change, case.books):
            self.ask(change, case, reminder=True)

    def consent(self, deed: ConsentToChange, case: Case) -> str:
        change = carried(case)
        owner = self._owner(change, case)
        demand_stage(deed, change)
        demand_round(deed.round, change)
        earlier = [one for one in decided_by_owners(change, case.books) if one.by == owner.value]
        if earlier and earlier[-1].verdict is Verdict.APPROVED:
            return "agreed already"
        self._decide(change, owner, Verdict.APPROVED, deed.comment, case)
        said = f"{owner.value} agrees, as product owner"
        said = f"{said}: {deed.comment}" if deed.comment.strip() else said
        put(change, case, EventKind.CHANGE_CONSENTED, said, _SIDE)
        self.word.to_holder(case, said)
        return "agreed"

    def decline(self, deed: DeclineChange, case: Case) -> str:
        change = carried(case)
        owner = self._owner(change, case)
        stage = becomes(deed, change)
        demand_round(deed.round, change)
        self._decide(change, owner, Verdict.REJECTED, deed.reason, case)
        said = f"declined by {owner.value}, as product owner: {deed.reason}"
        if stage is not Stage.REJECTED:
            put(change, case, EventKind.CHANGE_REJECTED, f"{said} (the work had begun)", _SIDE)
            self.word.to_holder(case, f"{said}. The work had begun: CIO and Process decide on it", at_once=True)
            return "declined; the work had begun, and CIO and Process decide on it"
        self.word.to_holder(case, said)
        self.ending.end(case, change, stage, deed.reason, answer=True, done=said)
        return "declined"

    def _owner(self, change: Change, case: Case) -> Address:
        """Raises Forbidden unless whoever acts speaks for the party of the change's agreement now."""
        if (mail := proven_mail(case.by.address, case, self.policy)) is not None:
            for owner in owners_of(change, case.books):
                if owner.value == mail.value:
                    return owner
        raise Forbidden(f"{case.by.name} is no product owner of what {spoken(change.ticket)} is booked on")

    def _decide(self, change: Change, owner: Address, verdict: Verdict, comment: str, case: Case) -> None:
        decision = ChangeDecision(
            id=case.books.next_id(),
            ticket=change.ticket,
            round=change.round,
            side=Side.PRODUCT_OWNER,
            verdict=verdict,
            by=owner.value,
            at=case.now,
            comment=comment,
        )
        case.books.changes.decide(decision)


def principal_of_owner(mail: str) -> Principal:
    """Whoever opened the link that went to this address. What they may is for the desk to find out."""
    address = address_of(AddressKind.EMAIL, mail)
    return Principal(name=address.value, role=Role.REQUESTER, address=address)


def is_product_owner(address: Address | None, case: Case, policy: Policy) -> bool:
    """Of what the case's change is booked on."""
    change = case.books.changes.get(case.ticket.number)
    mail = proven_mail(address, case, policy)
    if change is None or mail is None:
        return False
    return any(owner.value == mail.value for owner in owners_of(change, case.books))


def proven_mail(address: Address | None, case: Case, policy: Policy) -> Address | None:
    """Of somebody in a chat: the mail that their profile there proves."""
    if address is None or address.kind is AddressKind.EMAIL:
        return address
    person = case.books.chat.person(address.value) if address.kind is AddressKind.SLACK else None
    if person is None or not Speaking(policy=policy).proves_mail(person):
        return None
    return Address(kind=AddressKind.EMAIL, value=person.mail, name=person.name)


def owners_of(change: Change, books: UnitOfWork) -> list[Address]:
    """By the agreement as it is now; none where the change is booked on none."""
    agreement = books.agreements.get(change.agreement) if change.agreement else None
    return owners_in(agreement.product_owners if agreement is not None else ())


def owners_in(mails: Iterable[str]) -> list[Address]:
    return [address_of(AddressKind.EMAIL, mail) for mail in mails]


def decided_by_owners(change: Change, books: UnitOfWork) -> Sequence[ChangeDecision]:
    return words_of_owners(change, books.changes.decisions(change.ticket))


def words_of_owners(change: Change, decisions: Iterable[ChangeDecision]) -> Sequence[ChangeDecision]:
    """Since approval was asked for, the oldest first: what they said of an earlier plan counts no more."""
    return [
        one
        for one in decisions
        if one.side is Side.PRODUCT_OWNER
        and one.round == change.round
        and (change.asked_at is None or one.at >= change.asked_at)
    ]


def has_agreed(change: Change, books: UnitOfWork) -> bool:
    return agreed_by_one(owners_of(change, books), decided_by_owners(change, books))


def agreed_by_one(owners: Iterable[Address], words: Iterable[ChangeDecision]) -> bool:
    """Of those who are product owners now."""
    names = {owner.value for owner in owners}
    return any(one.by in names for one in words if one.verdict is Verdict.APPROVED)
