"""`intake` itself: help, exit codes, pipes, locales."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, mail

COMMANDS = (
    *("tickets", "ticket", "queues", "contact", "events", "ledger", "outbox", "take", "reply", "confirm-undeliverable"),
    *("change", "agreement", "resolve-as-proposed"),
    *("serve", "migrate", "check", "settings", "replay", "token", "parse", "classify", "learn"),
)
INTAKE = [sys.executable, "-c", "import sys; from channels.cli.main import main; sys.exit(main())"]
HEAVY = ("sqlalchemy", "pydantic", "fastapi", "uvicorn", "rich", "rapidfuzz", "alembic", "structlog")


def test_help_names_every_command(intake: Prompt) -> None:
    ran = intake("--help")
    assert ran.code == 0
    assert all(f"\n  {command} " in ran.out for command in COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "outbox retry", "outbox give-up", "token create", "token list", "token revoke"])
def test_every_command_explains_itself(intake: Prompt, command: str) -> None:
    ran = intake(*command.split(), "-h")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: intake {command}")


def test_help_fits_a_small_terminal_under_headings(intake: Prompt) -> None:
    lines = intake("--help").out.splitlines()
    assert all(len(line) < 80 for line in lines)
    headings = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    deeds = ["Work on a ticket:", "Put a ticket right:", "Major incidents:", "People of a ticket:", "Changes:"]
    assert headings == ["Options:", "Look:", *deeds, "The desk:"]
    assert "..." not in "".join(lines[1:]), "what a command does is said to the end"


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from channels.cli.main import main; main(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr.split()
    assert not set(HEAVY) & set(loaded)


def test_the_version_is_told(intake: Prompt) -> None:
    assert intake("--version").out.startswith("intake 0.")


def test_a_misspelt_command_is_a_usage_error(intake: Prompt) -> None:
    ran = intake("tickts")
    assert ran.code == 2
    assert "Did you mean 'tickets'" in ran.err


def test_a_fault_of_our_own_is_one_line_with_a_hint(desk: Desk, intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.receives(mail())
    with closing(sqlite3.connect(desk.folder / "desk.db")) as connection, connection:
        connection.execute("UPDATE tickets SET kind = 'from another world'")
    ran = intake("tickets")
    assert ran.code == 1
    assert "ValueError: 'from another world' is not a valid Kind\nSet INTAKE_DEBUG=1" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("INTAKE_DEBUG", "1")
    assert "Traceback" in intake("tickets").err


def test_a_reader_that_has_seen_enough_is_no_fault(folder: Path) -> None:
    for count in range(200):
        (folder / f"{count:03}.eml").write_bytes(mail("text " * 500))
    command = [*INTAKE, "parse", ".", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"file": "000.eml"')
        process.stdout.close()
        assert process.stderr.read() == b""


def test_output_that_cannot_be_written_is_one_line_on_stderr(folder: Path) -> None:
    (folder / "it.eml").write_bytes(mail())
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*INTAKE, "parse", "it.eml"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 1
    assert ran.stderr == b"intake: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_output_is_utf8_whatever_the_locale_says(folder: Path, locale: dict[str, str]) -> None:
    (folder / "é.eml").write_bytes(mail(subject="プリンター"))
    environment = {**os.environ, **locale}
    for more in ([], ["--json"]):
        ran = subprocess.run([*INTAKE, "parse", ".", *more], capture_output=True, check=True, env=environment)
        assert "プリンター" in ran.stdout.decode("utf-8")


def test_classify_answers_each_line_at_once() -> None:
    with subprocess.Popen([*INTAKE, "classify", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for count in range(2):
            process.stdin.write(b'{"id": %d, "text": "the VPN is down"}\n' % count)
            process.stdin.flush()
            assert process.stdout.readline().startswith(b'{"id": %d,' % count)
