"""STOP, START and HELP: the vendor answers them, the desk remembers them."""

from intake.desk.opening import contact_of
from intake.desk.texting.text_heard import TextHeard
from intake.domain.contact import STOPPED
from intake.domain.message import Consent
from intake.domain.receipt import Outcome, Receipt


def hear_consent(text: TextHeard) -> Receipt | None:
    """Whoever stops hears nothing by text from then on, until START: what is for them takes their next way."""
    contacts = text.books.contacts
    match text.message.consent:
        case None:
            return None
        case Consent.STOP:
            contact_of(text.author, text.books, text.now)
            contacts.mark_alive(text.author)  # whatever it was dead of before, this is what counts
            contacts.mark_dead(text.author, STOPPED, text.now)
            return text.receipt(Outcome.SUPPRESSED, "stop: nothing is texted to this number any more")
        case Consent.START:
            contacts.mark_alive(text.author)
            return text.receipt(Outcome.SUPPRESSED, "start: this number is texted again")
        case Consent.HELP:
            return text.receipt(Outcome.SUPPRESSED, "help: the vendor answers it")
