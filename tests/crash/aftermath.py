"""What every test here does in the end: let the desk finish, and hold its books against what was promised."""

from tests.harness.books import Books, Pages
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.mail_load import MailLoad
from tests.harness.mail_sink import MailSink
from tests.harness.promises import broken_promises


def finish(setup: Setup, desk: DeskProcess, load: MailLoad, sink: MailSink, *, kills: int) -> Pages:
    """Send again what was not acknowledged, wait until the outbox is empty, and find no promise broken."""
    load.insist([desk.smtp])
    with Books(setup.store_url) as books:
        books.wait_until_all_is_sent()
        pages = books.read()
    broken = broken_promises(pages, load, sink.received, kills=kills)
    assert not broken, "\n".join(broken)
    return pages


def come_back(setup: Setup, load: MailLoad, sink: MailSink, *, kills: int) -> None:
    """Start again on what the killed desk left, and finish."""
    with running(setup) as desk:
        finish(setup, desk, load, sink, kills=kills)
