"""`intake parse`."""

from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt, mail

KEYS = {
    "file",
    "message_id",
    "subject",
    "from",
    "to",
    "cc",
    "reply_to",
    "in_reply_to",
    "references",
    "body",
    "reply",
    "signature",
    "quoted",
    "full",
    "cut_by",
    "nature",
    "bounce",
    "attachments",
    "forward",
    "notes",
}


@pytest.fixture
def mails(folder: Path) -> Path:
    for name in ("b.eml", "a/z.eml", "a/Y.EML", "a/notes.txt"):
        path = folder / "mails" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mail(subject=name))
    return folder / "mails"


def test_a_mail_is_one_line_with_all_that_the_contract_names(intake: Prompt, mails: Path) -> None:
    record = intake("parse", "mails/b.eml", "--json").record
    assert record.keys() >= KEYS
    assert (record["file"], record["subject"], record["nature"]) == ("mails/b.eml", "b.eml", "human")
    assert record["from"] == {"email": "ann@customer.example", "name": "Ann"}


def test_folders_are_read_recursively_in_order(intake: Prompt, mails: Path) -> None:
    files = [record["file"] for record in intake("parse", "mails", "--json").records]
    assert files == ["mails/a/Y.EML", "mails/a/z.eml", "mails/b.eml"]


def test_a_file_that_cannot_be_read_does_not_stop_the_rest(intake: Prompt, mails: Path) -> None:
    ran = intake("parse", "missing.eml", "/dev/null", "mails/b.eml", "--json")
    assert ran.code == 1
    assert ran.record["file"] == "mails/b.eml"
    assert "missing.eml: cannot be read: No such file" in ran.err
    assert "/dev/null: is a device" in ran.err


def test_an_empty_folder_is_noticed(intake: Prompt, folder: Path) -> None:
    ran = intake("parse", str(folder), "--json")
    assert (ran.code, ran.out) == (0, "")
    assert "holds no *.eml" in ran.err


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"From: \xff\n\n\x1b[31m", b"Content-Type: multipart/mixed\n\n--\n"])
def test_any_bytes_are_read(intake: Prompt, folder: Path, raw: bytes) -> None:
    (folder / "odd.eml").write_bytes(raw)
    assert intake("parse", "odd.eml", "--json").record.keys() >= KEYS
    ran = intake("parse", "odd.eml")
    assert ran.code == 0
    assert "\x1b" not in ran.out


def test_a_person_gets_a_summary(intake: Prompt, mails: Path) -> None:
    out = intake("parse", "mails/b.eml").out
    assert "Ann <ann@customer.example>" in out
    assert "| The printer on floor 3" in out


def test_parsing_needs_no_desk(intake: Prompt, folder: Path, mails: Path) -> None:
    intake("parse", "mails", "--json")
    assert not (folder / "data").exists()
