"""Any bytes as a mail: a ticket, or an outcome with its reason, and always a row in the ledger with those bytes."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from channels.email.settings import EmailSettings
from channels.serve.compose import PARSERS, Parts, Settings, put_together
from channels.serve.main import prepare_store
from channels.serve.settings import DeskSettings
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.receipt import Outcome
from tests.harness.postgres import Postgres

HEADERS = (
    b"From To Cc Subject Message-ID In-Reply-To References Date Content-Type Content-Transfer-Encoding Auto-Submitted"
    b" Reply-To Sender Return-Path Precedence MIME-Version X-Intake-Loop"
).split()
PIECES = (
    *b"<a@b.example> desk+1001.aaaaaaaaaaaaaaaa@localhost hd.1001.5.aaaaaaaaaaaaaaaa@localhost [HD-1001]".split(),
    *b"multipart/mixed; boundary=b multipart/report; report-type=delivery-status --b message/rfc822 base64 @".split(),
    *b"text/plain; charset=utf-7 =?utf-8?q?=00=ED=A0=80?= auto-replied".split(),
    b'"Ann" <ann@x.example>',
    b"\x00",
    b"\xff\xfe",
    b"\r\n",
    b"a" * 3000,
    "\u00fc\u0663\U0001f600".encode(),
)

value = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=5).map(b" ".join)
header = st.tuples(st.sampled_from(HEADERS), value).map(b": ".join)
body = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=80)), max_size=12).map(b"\r\n".join)
mail_like = st.tuples(st.lists(header, max_size=8), body).map(lambda both: b"\r\n".join(both[0]) + b"\r\n\r\n" + both[1])


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    desk = DeskSettings(data_dir=tmp_path_factory.mktemp("any"))
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("pg_server")
        url = SecretStr(server.fresh_database())
        desk = desk.model_copy(update={"database_url": url, "secret_keys": (SecretStr("a key that signs in tests"),)})
    made = put_together(Settings(desk=desk, email=EmailSettings()))
    prepare_store(made, print)
    yield made
    made.store.close()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(st.binary(max_size=400), mail_like), sender=st.text(max_size=30))
@example(raw=b"", sender="")
@example(raw=b"From: a@" + b"x" * 5000 + b"\r\nMessage-ID: <" + b"y" * 5000 + b">\r\n\r\nhello", sender="\x00")
def test_any_bytes_end_in_exactly_one_outcome(parts: Parts, raw: bytes, sender: str) -> None:
    envelope = {"mail_from": sender, "rcpt_to": "desk@localhost", "peer": "127.0.0.1"}
    arrival = Arrival(channel=Channel.EMAIL, received_at=datetime.now(UTC), raw=raw, envelope=envelope)
    incoming = understand(arrival, PARSERS[Channel.EMAIL], parts.classifier)
    with parts.store.begin() as books:
        receipt = parts.desk.receive(incoming, books)
    with parts.store.begin() as books:
        entry = books.ledger.entry(receipt.id)
        assert entry is not None
        kept = books.ledger.raw(entry)
        fault = entry.fault
    assert receipt.duplicate or kept == raw
    assert (receipt.ticket is not None) == (receipt.outcome in {Outcome.OPENED, Outcome.APPENDED, Outcome.HELD})
    if receipt.outcome is not Outcome.OPENED:
        assert receipt.reason
    # Nothing at all is no message; anything else that lands in quarantine is a fault of ours.
    assert receipt.outcome is not Outcome.QUARANTINED or "InvalidMessage" in fault
