"""What the author wrote this time: the reply, told from the history and the signature that came along with it.

One pass over the lines finds where history begins (our own marker, a header block, an "original message" line, an attribution,
a quote); then the end of what is above is peeled of quotes, footers and the signature. Nothing is thrown away, and nothing is
ever cut down to an empty reply.
"""

import re
from dataclasses import dataclass

from channels.email.reading.body_html import HtmlCut, boxed_signature
from channels.email.reading.body_html import cut as cut_html
from channels.email.reading.mailbox import Forward
from channels.email.reply_text.forward import forward_at
from channels.email.reply_text.history import History, history
from channels.email.reply_text.signature import peeled, split_by_box

MAX_LINES = 100_000  # beyond that, history is not looked for

_FORWARD_SUBJECT = re.compile(
    r"\s*(?:(?:re|aw|sv|vs|odp|ynt|antw|res|r|ref|回复|回覆|答复)\s*[:：]\s*){0,5}"
    r"\[?(?:fwd?|fw|wg|wtr|tr|rv|enc|i|vl|vb|doorst|pd|ilt|i̇lt|yönl|továbbítás|转发|轉寄|轉發|転送|전달|fs|fyi|inoltro|encaminhado"
    r"|reenviado|välitetty|eteenpäin|vidarebefordrat|videresendt|переслано|пересылка|пересл|przekazane|προώθ|πρθ|הועבר"
    r"|إعادة توجيه|ส่งต่อ|chuyển tiếp|weitergeleitet|transféré|doorgestuurd)\s*[:：\]]",
    re.IGNORECASE,
)


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


def reply_text(text: str, html: str, subject: str, *, html_first: bool = False) -> ReplyText:
    """`html` is only looked at where the text alone shows no history, unless `text` is nothing but its rendering."""
    forwards = _FORWARD_SUBJECT.match(subject) is not None
    if html_first and not forwards:
        if tree_cut := cut_html(html):
            return _from_html(tree_cut, text)
        html = ""  # it has nothing more to tell
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return ReplyText(reply=text.strip(), full=text, cut_by="too-many-lines")
    found = history(lines)
    if found.at == len(lines) and "q" not in found.kinds and html and (tree_cut := cut_html(html)):
        return _from_html(tree_cut, text)
    reply, signature, between, by = peeled(lines[found.lead : found.at], found.kinds[found.lead :])
    reply, before = _answered_below(reply, found.kinds[found.lead :])
    if not reply.strip():
        return _nothing_above(text, lines, found)
    if html and not signature and (boxed := boxed_signature(html)):
        reply, signature = split_by_box(reply, boxed)
    below = "\n".join(lines[found.at :]).strip("\n")
    forward = forward_at(lines, found) if below and (found.forwarded or forwards) else None
    return ReplyText(
        reply=_tidy(reply),
        signature=_tidy(signature),
        quoted=_stretches("\n".join(lines[: found.lead]), before, between, below),
        full=text,
        cut_by=found.by or by or ("attribution" if before else ""),
        forward=forward,
    )


def _answered_below(reply: str, kinds: str) -> tuple[str, str]:
    """An answer written below the whole message that it answers, and that message; quotes between answers stay with them."""
    lines = reply.split("\n")
    own = next((place for place in range(min(len(lines), len(kinds))) if kinds[place] == "o"), 0)
    if "a" not in kinds[:own] or set(kinds[own : len(lines)]) - set("ob"):
        return reply, ""
    return "\n".join(lines[own:]), "\n".join(lines[:own]).strip("\n")


def _nothing_above(text: str, lines: list[str], found: History) -> ReplyText:
    """A bare forward, or a reply written below its quotes only, or a mail that is all quotes."""
    if found.at < len(lines):
        forward = forward_at(lines, found)
        inner = forward.text.split("\n")
        inside = history(inner)
        reply, signature, quoted, _ = peeled(inner, inside.kinds.ljust(len(inner), "q"))
        if reply.strip():
            return ReplyText(
                reply=_tidy(reply), signature=_tidy(signature), quoted=quoted, full=text, cut_by=f"bare-{found.by}",
                forward=forward,
            )  # fmt: skip
    return ReplyText(reply=text.strip(), full=text)


def _from_html(found: HtmlCut, text: str) -> ReplyText:
    lines = found.above.split("\n")
    inside = history(lines, quote_follows=found.by != "html-signature")
    kinds = inside.kinds.ljust(len(lines), "q")
    reply, signature, between, _ = peeled(lines[inside.lead :], kinds[inside.lead :])
    if not reply.strip():
        reply, signature, between = found.above.strip(), "", ""
    signature = "\n".join(part for part in (_tidy(signature), found.signature) if part)
    quoted = _stretches("\n".join(lines[: inside.lead]), between, found.below)
    by = found.by if found.by != "html-signature" or not inside.by else inside.by
    return ReplyText(reply=_tidy(reply), signature=signature, quoted=quoted, full=text, cut_by=by)


def _stretches(*stretches: str) -> str:
    return "\n\n".join(stretch.strip("\n") for stretch in stretches if stretch.strip())


def _tidy(text: str) -> str:
    return text.strip("\n").rstrip()
