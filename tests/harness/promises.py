"""What must hold after any crash: the books against what people were promised, sent and given."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from intake.domain.delivery import DeliveryState
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.harness.books import Pages
from tests.harness.mail_load import LoadMail, MailLoad
from tests.harness.mail_sink import Received

_TICKET = re.compile(r"HD-(\d+)")


def broken_promises(pages: Pages, load: MailLoad, received: Sequence[Received], *, kills: int) -> list[str]:
    """One line for each thing that is lost, doubled or stuck; empty when all is well. To be asked when every mail was
    acknowledged and the outbox is empty. `kills` is how often a desk died meanwhile."""
    return [
        *_ledger(pages, load),
        *_tickets(pages),
        *_outbox(pages),
        *_answers(pages, load.mails, received),
        *_team_mail(pages, load.mails, received),
        *_repeats(received, kills),
    ]


def repeats(received: Sequence[Received]) -> int:
    """How many mails came once more under a Message-ID that had come before."""
    return len(received) - len({mail.message_id for mail in received})


def _repeats(received: Sequence[Received], kills: int) -> Iterable[str]:
    if repeats(received) > kills:
        yield f"answer: {repeats(received)} mails were sent twice in {kills} kills"


def _ledger(pages: Pages, load: MailLoad) -> Iterable[str]:
    entries = {entry.external_id: entry for entry in pages.ledger}
    mails = {mail.external_id: mail for mail in load.mails}
    for name, times in Counter(entry.external_id for entry in pages.ledger).items():
        if times > 1:
            yield f"ledger: {name} is there {times} times"
    for name, kept_as in load.kept.items():
        if name not in entries:
            yield f"ledger: {name} was acknowledged as {kept_as} and is lost"
        elif entries[name].id != kept_as:
            yield f"ledger: {name} was acknowledged as {kept_as} and is {entries[name].id}"
    for name, entry in entries.items():
        if name not in mails:
            yield f"ledger: {name} was never sent"
        elif pages.raw.get(entry.sha256) != mails[name].raw:
            yield f"ledger: {name} is not kept as it came"


def _tickets(pages: Pages) -> Iterable[str]:
    for entry in pages.ledger:
        if entry.outcome is not Outcome.OPENED or entry.ticket is None:
            yield f"ticket: {entry.external_id} ended as {entry.outcome.value} ({entry.reason})"
        elif pages.heard.get(entry.id) != [entry.ticket]:
            yield f"ticket: {entry.external_id} opened {entry.ticket} and stands on {pages.heard.get(entry.id)}"
    opened = Counter(entry.ticket for entry in pages.ledger if entry.ticket is not None)
    for ticket, times in opened.items():
        if times > 1:
            yield f"ticket: HD-{ticket} was opened {times} times"
    for ticket in set(pages.tickets) ^ set(opened):
        yield f"ticket: HD-{ticket} is in only one of ledger and tickets"


def _outbox(pages: Pages) -> Iterable[str]:
    queued: dict[NoticeKind, Counter[int]] = defaultdict(Counter)
    for delivery in pages.deliveries:
        if delivery.state is not DeliveryState.SENT:
            yield f"outbox: {delivery.id} to {delivery.address} is {delivery.state.value} ({delivery.error})"
        if delivery.notice is not None:
            queued[delivery.notice.kind][delivery.ticket] += 1
    for kind in (NoticeKind.ACKNOWLEDGEMENT, NoticeKind.ARRIVAL):
        for ticket in pages.tickets:
            if queued[kind][ticket] != 1:
                yield f"outbox: HD-{ticket} has {queued[kind][ticket]} of {kind.value}"


def _answers(pages: Pages, mails: Sequence[LoadMail], received: Sequence[Received]) -> Iterable[str]:
    names = {delivery.address: delivery.sent_ref for delivery in pages.deliveries}
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for mail in received:
        for address in mail.rcpts:
            given[address][mail.message_id] += 1
    for author in (mail.author for mail in mails):
        if set(given[author]) != {names.get(author)}:
            yield f"answer: {author} was given {sorted(given[author])}, the outbox says {names.get(author)}"


def _team_mail(pages: Pages, mails: Sequence[LoadMail], received: Sequence[Received]) -> Iterable[str]:
    """Each ticket is announced to its team once, and a mail that is repeated says the same again: mail servers drop a second
    one of the same Message-ID."""
    authors = {mail.author for mail in mails}
    texts: dict[str, set[str]] = defaultdict(set)
    announced: dict[int, set[str]] = defaultdict(set)
    for mail in received:
        texts[mail.message_id].add(mail.body)
        if authors.isdisjoint(mail.rcpts) and not str(mail.mail["Subject"]).startswith("PAGE"):
            for number in _TICKET.findall(mail.body):
                announced[int(number)].add(mail.message_id)
    for name, bodies in texts.items():
        if len(bodies) > 1:
            yield f"team: {len(bodies)} different mails went out as {name}"
    for ticket in pages.tickets:
        if len(announced[ticket]) != 1:
            yield f"team: HD-{ticket} was announced in {len(announced[ticket])} mails"
