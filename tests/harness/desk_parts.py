"""The desk's parts with no door open, as the command line uses them beside a running desk."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from channels.email.settings import EmailSettings
from channels.serve.compose import PARSERS, Parts, Settings, put_together
from channels.serve.settings import DeskSettings
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.receipt import Receipt
from tests.harness.desk_process import DESK_ADDRESS, KEYS, Setup
from tests.harness.phone_line import NO_PHONE
from tests.harness.slack_workspace import NO_SLACK


@contextmanager
def parts_of(setup: Setup) -> Iterator[Parts]:
    desk = DeskSettings(
        data_dir=setup.folder,
        database_url=SecretStr(setup.store_url),
        policy=setup.policy,
        secret_keys=(SecretStr(KEYS),),
        public_url=setup.public_url,
    )
    email = EmailSettings(smtp_relay=setup.relay or None, mail_address=(DESK_ADDRESS,))
    phone = (setup.phone or NO_PHONE).settings
    slack = (setup.slack or NO_SLACK).settings
    parts = put_together(Settings(desk=desk, email=email, phone=phone, slack=slack))
    try:
        yield parts
    finally:
        parts.store.close()


def replay(parts: Parts, ledger: int) -> Receipt:
    """Run a quarantined input again with the parser of today."""
    with parts.store.begin() as books:
        entry = books.ledger.entry(ledger)
        assert entry is not None
        arrival = Arrival(
            channel=entry.channel, received_at=entry.received_at, raw=books.ledger.raw(entry), envelope=entry.envelope
        )
        return parts.desk.replay(entry, understand(arrival, PARSERS[entry.channel], parts.classifier), books)
