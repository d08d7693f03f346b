"""What the author wrote this time: the reply, told from the history and the signature that came along with it.

One pass over the lines finds where history begins (our own marker, a header block, an "original message" line, an attribution,
a quote); then the end of what is above is peeled of quotes, footers and the signature. Nothing is thrown away, and nothing is
ever cut down to an empty reply.
"""

import re
from dataclasses import dataclass

from channels.email.body_html import HtmlCut
from channels.email.body_html import cut as cut_html
from channels.email.mail import Forward
from channels.email.mailbox_list import mailboxes
from channels.email.reply_text_marks import Block, Marker, attribution, header_block, is_groupwise, is_rule, marker
from channels.email.reply_text_signature import peeled

MAX_LINES = 100_000  # beyond that, history is not looked for

_FORWARD_SUBJECT = re.compile(
    r"\s*(?:(?:re|aw|sv|vs|odp|ynt|antw)\s*:\s*){0,5}\[?(?:fwd?|wg|tr|rv|enc|i|vl|doorst|pd|ilt|továbbítás|转发|轉寄|fs|fyi)\s*[:：\]]",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[ \t]{0,3}(?:>|＞|&gt;)")
_UNQUOTED = re.compile(r"[ \t]{0,3}(?:[>＞][ \t]?)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyText:
    """`cut_by` names the rule that cut, "" where none did. It begins with `bare-` where nothing stood above the forwarded
    message, so that `reply` is that message."""

    reply: str
    signature: str = ""
    quoted: str = ""
    full: str = ""
    cut_by: str = ""
    forward: Forward | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Where history begins (a line number), by which rule, and what is known of the message that follows."""

    at: int
    by: str
    block: Block | None = None
    forwarded: bool = False


def reply_text(text: str, html: str, subject: str, *, html_first: bool = False) -> ReplyText:
    """`html` is only looked at where the text alone shows no history, unless `text` is nothing but its rendering."""
    if html_first and (tree_cut := cut_html(html)):
        return _from_html(tree_cut, text)
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return ReplyText(reply=text.strip(), full=text, cut_by="too-many-lines")
    found, kinds = _history(lines)
    if found.at == len(lines) and "q" not in kinds and html and (tree_cut := cut_html(html)):
        return _from_html(tree_cut, text)
    above = lines[: found.at]
    reply, signature, between, by = peeled(above, kinds)
    reply, before = _answered_below(reply, kinds)
    by = by or ("attribution" if before else "")
    between = "\n\n".join(stretch for stretch in (before, between) if stretch.strip())
    below = "\n".join(lines[found.at :]).strip("\n")
    if not reply.strip():
        return _nothing_above(text, lines, found)
    quoted = "\n\n".join(stretch for stretch in (between, below) if stretch.strip())
    forward = None
    if below and (found.forwarded or _FORWARD_SUBJECT.match(subject)):
        forward = _forward(lines, found)
    return ReplyText(
        reply=_tidy(reply), signature=_tidy(signature), quoted=quoted, full=text, cut_by=found.by or by, forward=forward
    )


def _history(lines: list[str]) -> tuple[_Cut, str]:
    """The hard cut, and a letter for each line above it: o(wn), q(uoted), a(ttribution), b(lank)."""
    kinds = ["a"] * _armour(lines)
    place = len(kinds)
    while place < len(lines):
        line = lines[place]
        if not line or line.isspace():
            kinds.append("b")
        elif is_groupwise(line):
            return _Cut(at=place, by="attribution"), "".join(kinds)
        elif _QUOTE.match(line):
            kinds.append("q")
        elif hit := marker(line):
            return _at_marker(lines, place, hit), "".join(kinds)
        elif block := header_block(lines, place):
            return _Cut(at=_with_rule(lines, place), by="header-block", block=block), "".join(kinds)
        elif span := attribution(lines, place):
            after = next((k for k in range(place + span.lines, len(lines)) if lines[k].strip()), len(lines))
            if after < len(lines) and not _QUOTE.match(lines[after]):
                if span.strong:
                    return _Cut(at=place, by="attribution"), "".join(kinds)
                kinds.append("o")
            else:
                kinds += ["a"] * span.lines
                place += span.lines
                continue
        else:
            kinds.append("o")
        place += 1
    return _Cut(at=len(lines), by=""), "".join(kinds)


def _armour(lines: list[str]) -> int:
    """How many lines PGP puts above a text that it has signed."""
    if not lines[0].startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        return 0
    return next((place for place, line in enumerate(lines[:10]) if not line.strip()), 1)


def _answered_below(reply: str, kinds: str) -> tuple[str, str]:
    """An answer written below the whole message that it answers, and that message; quotes between answers stay with them."""
    lines = reply.split("\n")
    own = next((place for place in range(min(len(lines), len(kinds))) if kinds[place] == "o"), 0)
    if "a" not in kinds[:own] or set(kinds[own : len(lines)]) - set("ob"):
        return reply, ""
    return "\n".join(lines[own:]), "\n".join(lines[:own]).strip("\n")


def _at_marker(lines: list[str], place: int, hit: Marker) -> _Cut:
    block = None
    for next_place in range(place + 1, min(place + 5, len(lines))):
        if block := header_block(lines, next_place):
            break
    return _Cut(at=place, by=hit.rule, block=block, forwarded=hit.forwarded)


def _with_rule(lines: list[str], place: int) -> int:
    """A drawn rule directly above a header block belongs to it; Outlook's, of underscores, also across blank lines."""
    above = place - 1
    while above > 0 and place - above < 3 and not lines[above].strip():
        above -= 1
    drawn = above >= 0 and is_rule(lines[above]) and (above == place - 1 or lines[above].strip().startswith("_____"))
    return above if drawn else place


def _nothing_above(text: str, lines: list[str], found: _Cut) -> ReplyText:
    """A bare forward, or a reply written below its quotes only, or a mail that is all quotes."""
    if found.at < len(lines):
        forward = _forward(lines, found)
        inner = forward.text.split("\n")
        reply, signature, quoted, _ = peeled(inner, _history(inner)[1].ljust(len(inner), "q"))
        if reply.strip():
            return ReplyText(
                reply=_tidy(reply), signature=_tidy(signature), quoted=quoted, full=text, cut_by=f"bare-{found.by}",
                forward=forward,
            )  # fmt: skip
    return ReplyText(reply=text.strip(), full=text)


def _forward(lines: list[str], found: _Cut) -> Forward:
    block = found.block
    inner = lines[block.end if block else found.at + 1 :]
    senders = mailboxes(block.sender) if block and block.sender else ()
    return Forward(
        sender=senders[0] if senders else None,
        subject=block.subject if block else "",
        text="\n".join(inner).strip("\n"),
    )


def _from_html(found: HtmlCut, text: str) -> ReplyText:
    lines = found.above.split("\n")
    reply, signature, between, _ = peeled(lines, _history(lines)[1].ljust(len(lines), "q"))
    below = "\n\n".join(stretch for stretch in (between, found.below) if stretch.strip())
    if not reply.strip():
        return ReplyText(reply=found.above.strip(), quoted=found.below, full=text, cut_by=found.by)
    return ReplyText(reply=_tidy(reply), signature=_tidy(signature), quoted=below, full=text, cut_by=found.by)


def _tidy(text: str) -> str:
    return text.strip("\n").rstrip()
