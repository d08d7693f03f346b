"""The same commands on a database server."""

from collections.abc import Callable

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, broken, mail
from tests.cli.deeds_done import DONE, conversation, typed
from tests.harness.postgres import Postgres

pytestmark = pytest.mark.postgres


@pytest.fixture
def on_postgresql(pg_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_DATABASE_URL", pg_database)
    monkeypatch.setenv("INTAKE_SECRET_KEYS", "a key that signs only in tests")
    monkeypatch.setenv("INTAKE_SMTP_LISTEN", "127.0.0.1:0")
    monkeypatch.setenv("INTAKE_WEB_LISTEN", "127.0.0.1:0")


@pytest.mark.usefixtures("on_postgresql")
def test_an_input_is_listed_replayed_and_answered_as_on_sqlite(make_desk: Callable[[], Desk], intake: Prompt) -> None:
    desk = make_desk()
    desk.receives(mail("The VPN is down."))
    desk.receives(mail(name="two@x"), parser=broken)
    assert intake("replay", "--all", "--json").record["outcome"] == "opened"
    assert len(intake("tickets", "--json").records) == 2
    assert len(intake("ledger", "--json").records) == 2
    delivery = intake("outbox", "--json", "--limit", "1").record
    assert intake("outbox", "retry", str(delivery["id"]), "--json").record["state"] == "queued"
    story = intake("ticket", str(delivery["ticket"]), "--json").record
    assert "delivery_retried" in str(story["events"])
    assert intake("check").code == 0


@pytest.mark.usefixtures("on_postgresql", "staffed")
def test_every_deed_is_done_as_on_sqlite(make_desk: Callable[[], Desk], intake: Prompt) -> None:
    desk = make_desk()
    for command, done in DONE.items():
        ids = conversation(desk, intake, command)
        for line in (*done.first, f"{command} HD-1001 {done.words}"):
            ran = intake(*typed(line, ids), "--json")
            assert (ran.code, ran.err) == (0, ""), line
            assert "applied" in str(ran.record["receipt"])


@pytest.mark.usefixtures("on_postgresql")
def test_looking_and_tokens_are_as_on_sqlite(make_desk: Callable[[], Desk], intake: Prompt) -> None:
    make_desk().receives(mail("The VPN is down."))
    assert intake("queues", "--json").record["open"] == 1
    assert intake("events", "--json", "--limit", "1").records == intake("events", "--json").records[-1:]
    assert intake("contact", "ann@customer.example", "--json").record["name"] == "Ann"
    assert len(intake("tickets", "--caller", "ann@customer.example", "--assigned-to", "-", "--json").records) == 1
    assert intake("token", "create", "it", "--role", "admin").code == 0
    assert "There is a token 'it' already" in intake("token", "create", "it", "--role", "admin").err
    assert intake("token", "revoke", "it").code == 0


@pytest.mark.usefixtures("on_postgresql", "staffed")
def test_changes_and_hours_are_as_on_sqlite(make_desk: Callable[[], Desk], intake: Prompt) -> None:
    make_desk().receives(mail("Please make the report wider."))
    for line in (
        "relabel HD-1001 --category change_request",
        "agreement open ACME --party ACME --starts 2026-01-01 --ends 2999-12-31 --hours 10h --spender cio",
        "change plan HD-1001 --risk low --service Reports --backout-plan back --as ben\tokoro",
        "change submit HD-1001",
        "change estimate HD-1001 --agreement ACME --hours 4h --as ben\tokoro",
    ):
        ran = intake(*(word.replace("\t", " ") for word in line.split(" ")))
        assert (ran.code, ran.err) == (0, ""), line
    assert "4h estimated in ACME, 4h reserved" in intake("change", "show", "HD-1001").out
    assert intake("change", "list", "--json").record["stage"] == "assessment"
    assert intake("agreement", "list", "--json").record["left"] == 360
    assert intake("agreement", "report", "--csv").out.count("\r\n") == 2
    assert intake("change", "calendar").code == 0


def test_an_empty_database_is_migrated_by_command_alone(
    pg_server: Postgres, monkeypatch: pytest.MonkeyPatch, intake: Prompt
) -> None:
    url = pg_server.empty_database()
    monkeypatch.setenv("INTAKE_DATABASE_URL", url)
    monkeypatch.setenv("INTAKE_SECRET_KEYS", "a key that signs only in tests")
    try:
        for command in ("tickets", "check"):
            ran = intake(command)
            assert ran.code == 1
            assert "intake migrate" in ran.out + ran.err
        assert intake("migrate").code == 0
        assert intake("tickets").out == "No tickets yet.\n"
    finally:
        pg_server.drop(url)
