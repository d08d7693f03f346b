"""`intake parse`: how the desk reads a mail, without a desk and without keeping anything."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from channels.api.shapes import json_line
from channels.cli.terminal import complain, in_lines, in_one_line, say, show_styled
from channels.email.mail import Mail
from channels.email.mail_json import as_json as mail_as_json
from channels.email.read import read
from channels.email.reading.mailbox import Mailbox

STDIN = "-"
SUFFIX = ".eml"
MOST_LINES = 8  # of a reply; `--json` has all of it


def parse(names: Sequence[str], *, as_json: bool) -> int:
    """One mail a file, folders recursively. How many could not be read."""
    faults = 0
    for name in names:
        for file, unlisted in _files(name):
            raw, unread = (b"", unlisted) if unlisted else _bytes_of(file)
            if unread:
                complain(f"{file}: {unread}")
                faults += 1
                continue
            mail = read(raw)
            if as_json:
                say(json_line(mail_as_json(mail, file)))
            else:
                _show(mail, file)
    return faults


def _files(name: str) -> Iterator[tuple[str, str]]:
    """Each file's name; beside it, why a folder could not be listed."""
    if name == STDIN or not Path(name).is_dir():
        yield name, ""
        return
    troubles: list[tuple[str, str]] = []

    def note(fault: OSError) -> None:
        troubles.append((str(fault.filename), _words(fault)))

    found = [
        Path(folder, file)
        for folder, _, files in os.walk(name, onerror=note)
        for file in files
        if file.lower().endswith(SUFFIX)
    ]
    yield from ((str(path), "") for path in sorted(found))
    yield from troubles
    if not found and not troubles:
        complain(f"{name}: holds no *{SUFFIX}")


def _bytes_of(file: str) -> tuple[bytes, str]:
    """The content, or why there is none."""
    if file == STDIN:
        return sys.stdin.buffer.read(), ""
    try:
        if stat.S_ISBLK(mode := Path(file).stat().st_mode) or stat.S_ISCHR(mode):
            return b"", "is a device, not a mail"
        return Path(file).read_bytes(), ""
    except OSError as fault:
        return b"", _words(fault)
    except ValueError:  # a NUL in the name
        return b"", "is not a file's name"


def _words(fault: OSError) -> str:
    return f"cannot be read: {fault.strerror or fault}"


def _show(mail: Mail, file: str) -> None:
    show_styled(in_one_line(file), "heading")
    facts = {
        "from": _mailbox(mail.sender) if mail.sender else "nobody",
        "to": ", ".join(_mailbox(box) for box in (*mail.to, *mail.cc)),
        "date": mail.date,
        "subject": mail.subject,
        "nature": f"{mail.nature.value}{'' if mail.answerable else ', not to be answered'}",
        "bounce of": ", ".join(mail.bounce.recipients) if mail.bounce else "",
        "forwards": (mail.forward.subject or "a mail") if mail.forward else "",
        "files": ", ".join(f"{file.name or 'unnamed'} ({file.content_type}, {file.size} bytes)" for file in mail.attachments),
        "cut by": mail.cut_by,
        "notes": "; ".join(mail.notes),
    }
    for name, value in facts.items():
        if value:
            say(f"  {name:<10}{in_one_line(value)}")
    lines = in_lines(mail.reply).strip().split("\n")
    for line in lines[:MOST_LINES]:
        say(f"    | {line}".rstrip())
    if len(lines) > MOST_LINES:
        say(f"    | … {len(lines) - MOST_LINES} more lines: --json")
    say()


def _mailbox(box: Mailbox) -> str:
    return f"{box.name} <{box.email}>" if box.name else box.email
