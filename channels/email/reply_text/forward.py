"""The message that was passed on inside another one."""

import re

from channels.email.reading.attribution import attribution
from channels.email.reading.labels import ADDRESS, MAX_LINE
from channels.email.reading.mailbox import Forward
from channels.email.reading.mailbox_list import mailboxes
from channels.email.reply_text.history import History, is_quote, unquoted
from channels.email.reply_text.marks import marker

_LINKED = re.compile(r"<mailto:[^<>\s]{0,200}>")


def forward_at(lines: list[str], found: History) -> Forward:
    """The message whose header, marker or attribution stands at `found.at`: of several, the one passed on last."""
    block = found.block
    start = block.end if block else found.at + 1
    sender = block.sender if block else ""
    below = [unquoted(line) if is_quote(line) else line for line in lines[start:]] if found.quoted else lines[start:]
    if not block:  # Yandex and others: a marker, then an attribution
        first = next((place for place, line in enumerate(below[:4]) if line.strip()), 0)
        at_once = attribution(lines, found.at) if found.by == "attribution" else None
        span = at_once or (attribution(below, first) if below else None)
        if span:
            said = lines[found.at : found.at + span.lines] if at_once else below[first : first + span.lines]
            sender = " ".join(said)[:MAX_LINE]
            below = below[span.lines - 1 :] if at_once else below[first + span.lines :]
            below = [unquoted(line) for line in below] if _all_quoted(below) else below
            sender = _author_of(sender)
    end = next((place for place in range(len(below) - 1, max(-1, len(below) - 4), -1) if _is_end(below[place])), len(below))
    boxes = mailboxes(_LINKED.sub("", sender)) if sender else ()
    return Forward(
        sender=boxes[0] if boxes else None,
        subject=block.subject if block else "",
        text="\n".join(below[:end]).strip("\n"),
    )


def _all_quoted(lines: list[str]) -> bool:
    return all(is_quote(line) for line in lines if line.strip())


def _is_end(line: str) -> bool:
    """ "----- End forwarded message -----" """
    return (hit := marker(line)) is not None and hit.forwarded


def _author_of(line: str) -> str:
    """The name before the address of an attribution is behind its date: behind the last comma, or in quotation marks."""
    address = ADDRESS.search(line)
    if not address:
        return ""
    head = line[: address.start()].rstrip(" <([").rstrip()
    name = head.rpartition('"')[0].rpartition('"')[2] if head.endswith('"') else ""
    return f'"{name}" <{address[0]}>' if name else address[0]
