"""Mail on its way out of a whole desk: whom it leaves alone, and from which address it writes."""

from pathlib import Path

from intake.domain.delivery import DeliveryState
from intake.domain.receipt import Outcome
from tests.mta.picky_sink import GREYLISTED, NO_RELAYING, PickySink
from tests.serve.open_desk import open_desk
from tests.serve.test_mail_in_and_out import letter, until

ANN, BOB, ZOE = "ann@customer.example", "bob@customer.example", "zoe@elsewhere.example"


async def test_a_domain_that_says_later_holds_up_nobody_else(tmp_path: Path) -> None:
    sink = PickySink()
    sink.refusals["@customer.example"] = GREYLISTED
    with sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            for number, sender in enumerate((ANN, BOB, ZOE)):
                await desk.mails(letter(f"Matter {number}", "Please help.", f"m{number}", sender), sender=sender)
            await until(lambda: sink.given_to(ZOE), "the other domain is served")
            await until(
                lambda: any("as all mail to customer.example does" in delivery.error for delivery in desk.deliveries()),
                "one of the two waits for the other's sake",
            )
            sink.refusals.clear()

            def all_sent() -> bool:
                sent = {delivery.address for delivery in desk.deliveries() if delivery.state is DeliveryState.SENT}
                return {ANN, BOB, ZOE} <= sent

            await until(all_sent, "all are served at last")


async def test_a_relay_that_refuses_the_desk_makes_no_dead_letters(tmp_path: Path) -> None:
    sink = PickySink()
    sink.refusals = {ANN: NO_RELAYING, "support@localhost": NO_RELAYING}
    with sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Printer", "It is jammed."))
            await until(lambda: any("Relay access denied" in each.error for each in desk.deliveries()), "it is refused")
            assert DeliveryState.FAILED not in {delivery.state for delivery in desk.deliveries()}
            sink.refusals.clear()
            await until(lambda: len(sink.received) == 2, "all leave once the relay is mended")


async def test_a_ticket_is_answered_from_the_address_that_it_came_to_and_goes_on_there(tmp_path: Path) -> None:
    sink = PickySink()
    with sink:
        async with open_desk(tmp_path, smtp_relay=sink.url, mail_address="desk@localhost,it@corp.example") as desk:
            asked = letter("Printer", "It is jammed.").replace(b"To: desk@localhost", b"To: it@corp.example")
            await desk.mails(asked, to="it@corp.example")
            await until(lambda: sink.given_to(ANN), "the author is answered")
            (answer,) = sink.given_to(ANN)
            assert answer.mail["From"] == "Help desk <it@corp.example>"
            assert answer.mail["Reply-To"].startswith("it+")
            await desk.mails(letter("Re: Printer", "Solved.", "m2"), to=answer.mail["Reply-To"])
            outcomes = [entry.outcome for entry in desk.ledger()]
    assert outcomes == [Outcome.OPENED, Outcome.APPENDED]


async def test_every_mail_is_text_and_the_same_as_html(tmp_path: Path) -> None:
    sink = PickySink()
    with sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Printer", "It is jammed."))
            await until(lambda: len(sink.received) == 2, "both leave")
    for mail in sink.received:
        kinds = [part.get_content_type() for part in mail.mail.walk()]
        assert kinds == ["multipart/alternative", "text/plain", "text/html"]
