"""`intake check`."""

import fcntl
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, broken, mail
from tests.harness.certificate import make_certificate
from tests.harness.mail_sink import MailSink

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")


@pytest.fixture(autouse=True)
def any_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests, and other people, have the usual ones."""
    monkeypatch.setenv("INTAKE_SMTP_LISTEN", "127.0.0.1:0")
    monkeypatch.setenv("INTAKE_WEB_LISTEN", "127.0.0.1:0")


@pytest.fixture
def taken() -> Iterator[str]:
    """An address where somebody else listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield f"127.0.0.1:{other.getsockname()[1]}"


def line(out: str, about: str) -> str:
    """What was said about it, with its mend."""
    lines = out.splitlines()
    found = [place for place, text in enumerate(lines) if text[9:].startswith(about)]
    return "\n".join(text for place in found for text in lines[place : place + 2])


def test_nothing_configured_and_nothing_there_is_in_order(intake: Prompt, folder: Path) -> None:
    ran = intake("check")
    assert ran.code == 0
    assert "fault  " not in ran.out
    assert line(ran.out, "database").startswith("ok")
    assert line(ran.out, "mail out").startswith("warning")
    assert "set INTAKE_SMTP_RELAY" in ran.out
    assert list(folder.iterdir()) == [], "a check leaves nothing behind"


def test_a_misspelt_setting_is_noticed(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SMTP_REALY", "smtp://relay:25")
    ran = intake("check")
    assert ran.code == 0
    assert "did you mean INTAKE_SMTP_RELAY?" in line(ran.out, "settings")


def test_each_fault_of_the_policy_is_named_with_its_line(intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "desk.toml").write_text(
        SHIPPED.replace('"P1", "P2", "P3"]', '"P1", "P2"]').replace("per_recipient =", "per_rcpt =")
    )
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    ran = intake("check")
    assert ran.code == 1
    number = next(n for n, text in enumerate(SHIPPED.splitlines(), 1) if text.startswith("impact_1"))
    assert f"desk.toml:{number}: impact_1 must be three of" in ran.out
    assert "unknown key 'per_rcpt'" in ran.out


def test_placeholders_matter_once_mail_really_leaves(intake: Prompt, monkeypatch: pytest.MonkeyPatch, taken: str) -> None:
    assert "support@localhost" not in intake("check").out
    monkeypatch.setenv("INTAKE_SMTP_RELAY", "smtp://127.0.0.1:1")
    out = intake("check").out
    assert "support@localhost" in line(out, "addresses")
    assert "desk@localhost" in line(out, "addresses")


def test_a_relay_that_does_not_answer_is_a_fault(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    monkeypatch.setenv("INTAKE_SMTP_RELAY", f"smtp://me:hunter2@127.0.0.1:{port}")
    ran = intake("check")
    assert ran.code == 1
    assert line(ran.out, "mail out").startswith(f"fault    mail out     127.0.0.1:{port} does not answer")
    assert "hunter2" not in ran.out


def test_a_relay_that_answers_is_in_order_and_gets_no_mail(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    with MailSink() as sink:
        monkeypatch.setenv("INTAKE_SMTP_RELAY", sink.url)
        ran = intake("check")
    assert ran.code == 0
    assert line(ran.out, "mail out").startswith("ok")
    assert sink.received == []


@pytest.mark.parametrize("key", ["INTAKE_SMTP_LISTEN", "INTAKE_WEB_LISTEN"])
def test_a_port_that_somebody_else_has_is_a_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, taken: str, key: str
) -> None:
    monkeypatch.setenv(key, taken)
    ran = intake("check")
    assert ran.code == 1
    assert f"{key}: cannot listen on {taken}" in ran.out
    assert f"sport = :{taken.rpartition(':')[2]}" in ran.out


def test_a_port_that_the_running_desk_has_is_in_order(
    desk: Desk, intake: Prompt, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    monkeypatch.setenv("INTAKE_SMTP_LISTEN", taken)
    with (desk.folder / "serve.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = intake("check")
    assert ran.code == 0
    assert "by the desk that is running" in line(ran.out, "mail in")


@pytest.mark.parametrize("wrong", ["nonsense", "192.0.2.1:25", "127.0.0.1:99999"])
@pytest.mark.parametrize(("door", "port"), [("SMTP", 2525), ("LMTP", 2424), ("WEB", 8080)])
def test_an_address_that_is_not_ours_is_a_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, wrong: str, door: str, port: int
) -> None:
    monkeypatch.setenv(f"INTAKE_{door}_LISTEN", wrong)
    ran = intake("check")
    assert ran.code == 1
    assert f"set INTAKE_{door}_LISTEN to an address of this machine, such as 127.0.0.1:{port}\n" in ran.out
    assert wrong != "nonsense" or f"'nonsense' must be host:port, such as 127.0.0.1:{port}\n" in ran.out


def test_what_waits_for_a_person_is_a_warning(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail())
    desk.receives(mail(name="two@x"), parser=broken)
    out = intake("check").out
    assert "1 in quarantine" in line(out, "ledger")
    assert "no relay" in line(out, "outbox")


def test_an_older_store_is_a_warning_and_a_newer_one_a_fault(desk: Desk, intake: Prompt) -> None:
    for version, code, says in (("0000", 0, "warning  database"), ("9999", 1, "fault    database")):
        with closing(sqlite3.connect(desk.folder / "desk.db")) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        ran = intake("check")
        assert ran.code == code
        assert says in ran.out


def test_what_is_no_database_is_a_fault(intake: Prompt, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "desk.db").write_bytes(b"not a database " * 100)
    ran = intake("check")
    assert ran.code == 1
    assert line(ran.out, "database").startswith("fault")


def test_a_data_folder_that_is_a_file_is_a_fault(intake: Prompt, folder: Path) -> None:
    (folder / "data").write_text("")
    ran = intake("check")
    assert ran.code == 1
    assert "set INTAKE_DATA_DIR to a folder" in ran.out


def test_a_data_folder_that_cannot_be_written_is_a_fault(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_DATA_DIR", "/proc/self/task")  # not even root makes a file there
    assert "cannot be written" in line(intake("check").out, "data folder")


def test_a_key_file_that_others_can_read_is_a_warning(desk: Desk, intake: Prompt) -> None:
    (desk.folder / "secret.key").chmod(0o644)
    assert "chmod 600" in line(intake("check").out, "keys")
    (desk.folder / "secret.key").write_bytes(b"")
    assert line(intake("check").out, "keys").startswith("fault")


def test_replicas_without_shared_keys_are_a_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, make_desk: Callable[[], Desk]
) -> None:
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    ran = intake("check")
    assert ran.code == 1
    assert "openssl rand -hex 32" in line(ran.out, "keys")
    assert line(ran.out, "database").startswith("fault")
    assert "secret" not in ran.out.replace("INTAKE_SECRET_KEYS", "")


def test_a_certificate_that_cannot_be_read_is_a_fault(intake: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = make_certificate(tmp_path)
    monkeypatch.setenv("INTAKE_SMTP_TLS_CERT", str(made.cert))
    monkeypatch.setenv("INTAKE_SMTP_TLS_KEY", str(tmp_path / "none.key"))
    ran = intake("check")
    assert ran.code == 1
    assert "INTAKE_SMTP_TLS_KEY" in line(ran.out, "starttls")
    monkeypatch.setenv("INTAKE_SMTP_TLS_KEY", str(made.key))
    assert line(intake("check").out, "starttls").startswith("ok       starttls     offered with")


def test_the_place_for_lmtp_is_looked_at(intake: Prompt, monkeypatch: pytest.MonkeyPatch, taken: str, folder: Path) -> None:
    precious = folder / "precious"
    precious.write_text("")
    for place, verdict in (
        ("127.0.0.1:0", "ok"),
        (taken, "fault"),
        (f"unix:{folder}/lmtp", "ok"),
        (f"unix:{precious}", "fault"),
        (f"unix:{folder}/no/such/folder", "fault"),
    ):
        monkeypatch.setenv("INTAKE_LMTP_LISTEN", place)
        assert line(intake("check").out, "lmtp in").startswith(verdict), place
    assert not (folder / "lmtp").exists()


def test_who_is_told_of_trouble_is_asked_once_mail_really_leaves(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    assert line(intake("check").out, "alarms") == ""
    with MailSink() as sink:
        monkeypatch.setenv("INTAKE_SMTP_RELAY", sink.url)
        assert "set INTAKE_ALARM_MAIL" in line(intake("check").out, "alarms")
        monkeypatch.setenv("INTAKE_ALARM_MAIL", "admin@elsewhere.example")
        assert "set INTAKE_ALARM_RELAY" in line(intake("check").out, "alarms")
        monkeypatch.setenv("INTAKE_ALARM_RELAY", sink.url)
        assert line(intake("check").out, "alarms").startswith("ok")
    ran = intake("check")
    assert ran.code == 1
    assert line(ran.out, "alarms").startswith("fault")
    assert "is INTAKE_ALARM_RELAY right" in line(ran.out, "alarms")


def test_what_was_heard_of_and_what_was_not_is_told_with_its_age(
    desk: Desk, intake: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setenv("INTAKE_IMAP", "imap://me:hunter2@127.0.0.1:1/INBOX")
    with desk.store.begin() as books:
        books.signs.saw("mailbox me@127.0.0.1/INBOX", now - timedelta(hours=3))
        books.signs.saw("canary desk@localhost", now - timedelta(minutes=7))
        books.signs.saw("desk", now - timedelta(hours=44))
        books.signs.fell_silent("alarm mailbox me@127.0.0.1/INBOX", now - timedelta(hours=2, minutes=44))
        books.signs.fell_silent("alarm quarantine", now)
        books.signs.saw("alarm quarantine", now)
    out = intake("check").out
    assert "mailbox me@127.0.0.1/INBOX: looked at 3 hours ago" in line(out, "heard")
    assert "a running desk last looked at itself 44 hours ago" in line(out, "heard")
    assert "canary desk@localhost: the last one to come home left 7 minutes ago" in line(out, "heard")
    assert "warning  alarm        mailbox me@127.0.0.1/INBOX, given 2 hours ago" in out
    assert "alarm        quarantine" not in out
    assert "hunter2" not in out
