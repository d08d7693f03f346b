"""The whole of it, by real sockets: somebody asks in Slack, two teams work on it from their cards, and the answer comes where
it was asked."""

from pathlib import Path

from channels.slack.presses import Press
from intake.domain.channel import Address, AddressKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import State, Ticket
from tests.serve.slacking import Slack, slack_at, until, words_of
from tests.serve.test_mail_in_and_out import letter
from tests.slack.workspace import ANN, CIO_TRIAGE, DIRECT, KIM, LEE, TRIAGE

PROVEN = b"Authentication-Results: mx.example; dmarc=pass header.from=customer.example\r\n"
ASKED = "I get an error message in the order system when I save"
SECRET = "the licence server was never paid"


def ticket(slack: Slack) -> Ticket:
    (line,) = slack.desk.tickets()
    return line.ticket


async def test_asked_in_slack_escalated_answered_resolved_and_confirmed(tmp_path: Path) -> None:
    async with slack_at(tmp_path, authserv_id="mx.example") as slack:
        asked = await slack.writes(ASKED)
        number = f"HD-{ticket(slack).number}"
        thread = asked.partition("/")[2]
        await slack.message(DIRECT, number, thread=thread)
        card = await slack.message(TRIAGE, number)
        assert ASKED in words_of(card)

        await slack.presses(Press.TAKE, card, TRIAGE, user=KIM)
        await until(lambda: ticket(slack).assigned_to == "Kim", "Kim has it")
        await until(lambda: "Kim" in words_of(slack.posts(TRIAGE)[0]), "the card says so")
        handed = {"reason": SECRET, "tried": "a restart"}
        await slack.fills(Press.ESCALATE, slack.posts(TRIAGE)[0], TRIAGE, handed, user=KIM)
        moved = await slack.message(CIO_TRIAGE, number)
        await until(lambda: not slack.posts(TRIAGE)[0].get("blocks") or "CIO" in words_of(slack.posts(TRIAGE)[0]), "it moved")

        await slack.fills(Press.REPLY, moved, CIO_TRIAGE, {"text": "Which order is it?"}, user=LEE)
        await slack.message(DIRECT, "Which order is it?", thread=thread)
        await slack.writes("It is order 4711", thread=thread)
        await slack.message(CIO_TRIAGE, "It is order 4711", thread=str(moved["ts"]))

        await mailed_about_it(slack, number)

        await slack.fills(Press.RESOLVE, slack.posts(CIO_TRIAGE)[0], CIO_TRIAGE, {"text": "It saves again."}, user=LEE)
        final = await slack.message(DIRECT, "It saves again.", thread=thread)
        await until(lambda: ticket(slack).state is State.RESOLVED, "it is resolved when the answer has arrived")
        await slack.presses(Press.CONFIRM, final, DIRECT, user=ANN)
        await until(lambda: ticket(slack).state is State.CLOSED, "Ann has said that it is solved")

        everything = "\n".join(words_of(one) for one in slack.posts(DIRECT))
        assert SECRET not in everything
        assert "restart" not in everything
        assert {entry.outcome for entry in slack.desk.ledger()} <= {Outcome.OPENED, Outcome.APPENDED, Outcome.APPLIED}


async def mailed_about_it(slack: Slack, number: str) -> None:
    """Slack's profile proves Ann's address: her mail about the ticket joins it."""

    def is_known() -> bool:
        with slack.desk.parts.store.looking() as reader:
            person = reader.person(ANN)
        return person is not None and person.mail == "ann@customer.example"

    await until(is_known, "Ann was looked up")
    await slack.desk.mails(PROVEN + letter(f"Re: [{number}] the order system", "By the way, it is the same for Bob."))
    with slack.desk.parts.store.begin() as books:
        contact = books.contacts.at(Address(kind=AddressKind.EMAIL, value="ann@customer.example"))
    assert contact is not None
    assert contact.id == ticket(slack).caller
    await slack.message(CIO_TRIAGE, "it is the same for Bob")
