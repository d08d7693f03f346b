"""`--attach`: files with an answer that is typed at the prompt."""

import base64
import json
from pathlib import Path

import pytest

from intake.domain.attached_file import MOST_BYTES
from tests.cli.at_the_prompt import Desk, Prompt, mail, parts

pytestmark = pytest.mark.usefixtures("staffed")


@pytest.fixture
def ticket(staffed: None, desk: Desk) -> str:
    return f"HD-{desk.receives(mail()).ticket}"


@pytest.mark.parametrize("command", ["reply", "resolve"])
def test_files_go_along_and_are_shown(intake: Prompt, ticket: str, folder: Path, command: str) -> None:
    (folder / "Größe.pdf").write_bytes(b"%PDF\xff")
    (folder / "log").write_bytes(b"x")
    ran = intake(command, ticket, "--text", "See there.", "--attach", "Größe.pdf", "--attach", str(folder / "log"))
    assert (ran.code, ran.err) == (0, "")
    message = parts(intake("ticket", ticket, "--json").record, "messages")[1]
    files = parts(message, "attachments")
    assert [(file["name"], file["content_type"], file["size"]) for file in files] == [
        ("Größe.pdf", "application/pdf", 5),
        ("log", "application/octet-stream", 1),
    ]
    shown = intake("ticket", ticket).out
    assert "    file: Größe.pdf (application/pdf, 5 bytes)\n" in shown
    assert "    file: log (application/octet-stream, 1 bytes)\n" in shown


def test_the_ledger_holds_them_as_the_api_would_have_sent_them(intake: Prompt, ticket: str, folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"hello")
    intake("reply", ticket, "--text", "See there.", "--attach", "a.txt")
    entry = intake("ledger", "--limit", "1", "--json").record
    body = json.loads(intake("ledger", str(entry["id"]), "--raw").out)
    assert body["files"] == [{"name": "a.txt", "content_type": "text/plain", "content": base64.b64encode(b"hello").decode()}]


def test_what_cannot_be_read_or_is_too_large_is_said_and_nothing_is_sent(intake: Prompt, ticket: str, folder: Path) -> None:
    (folder / "large").write_bytes(bytes(MOST_BYTES + 1))
    (folder / "half").write_bytes(bytes(MOST_BYTES // 2 + 1))
    for words, says in [
        (["--attach", "nowhere.pdf"], "nowhere.pdf cannot be read: No such file or directory"),
        (["--attach", "."], "cannot be read: Is a directory"),
        (["--attach", "large"], "is larger than 15 MB"),
        (["--attach", "half", "--attach", "half"], "bytes together"),
        (["--attach", "half"] * 21, "20 are allowed"),
    ]:
        ran = intake("reply", ticket, "--text", "x", *words)
        assert ran.code == 2
        assert says in " ".join(ran.err.split())
    assert len(parts(intake("ticket", ticket, "--json").record, "messages")) == 1


def test_a_note_takes_no_files(intake: Prompt, ticket: str) -> None:
    assert "No such option" in intake("note", ticket, "--text", "x", "--attach", "a").err
