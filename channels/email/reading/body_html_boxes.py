"""The boxes that mail programs put around a quoted message and around a signature, known by their names."""

import re

from channels.email.reading.body_html_text import Element

# Cheap signs, looked for before any tree is built, that one of our programs quoted or signed something.
_SIGNS = (
    "quote", "cite", "signature", "divrplyfwdmsg", "appendonsend", "moz-", "zwchr", "olk_src_body",
    "border-top:", "border-top-", "replysplit", "outlookmessageheader",
    "edo-original", "mail-editor-reference", "bloop_", "__divider__", "isreplycontent", "messagereplysection", "zmail_extra",
    "history_container", "separator-line", "stopspelling", "reply-intro", "hs_reply", "mb_sig", "__sig_", "airmail_on",
    "ntes-", "origbody",
)  # fmt: skip
_REMOVED_CLASSES = frozenset({
    "gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "front-blockquote", "tutanota_quote",
    "gmx_quote", "moz-cite-prefix", "gmail_attr", "yahooquoted", "ymail_quoted", "replysplit", "zmail_extra", "zmail_extra_hr",
    "history_container", "nylas-quote", "nylas-quote-attribution", "mailspring-quote", "quoted-mail", "quotedreply",
    "quoted-content", "ntes-mailmaster-quote", "airmail_on", "bloop_original_html", "hs_reply", "mail-quote-collapse",
    "email-quote", "quoted_text", "quotedtext", "reply-quote", "ms-outlook-mobile-reference-message", "quote", "mail-quote",
    "quoted-message", "quotedmessage", "replied-message", "reply_quote", "applemailquote", "sh-quoted-content", "skiff-quote",
})  # fmt: skip
_FROM_HERE_IDS = frozenset({
    "divrplyfwdmsg", "appendonsend", "zwchr", "olk_src_body_section", "replysplit", "mail-editor-reference-message-container",
    "ms-outlook-mobile-body-separator-line", "edo-original", "isreplycontent", "stopspelling", "ntes-pcmail-quote",
})  # fmt: skip
_REMOVED_IDS = frozenset({"reply-intro", "mail-app-auto-quote", "yahoo_quoted", "replyblockquote", "origbody"})
_FROM_HERE_CLASSES = frozenset({"outlookmessageheader", "moz-forward-container-header"})
_QUOTE_CLASSES = ("_quote", "_quoted")  # freshdesk_quote, hey_quote ...
_FROM_HERE_MARKERS = frozenset({"__divider__", "__headers__"})
_QUOTE_NAMES = frozenset({"quote", "messagereplysection"})
_GMAIL = frozenset({"gmail_quote", "gmail_quote_container"})
_SIGNATURE_NAMES = (
    "signature", "signature_block", "_sig", "signature_prefix", "signature_container", "-signature-block", "bloop_sign",
)  # fmt: skip
_TELLING = ("id", "class", "type", "name", "data-marker", "style", "data-smartmail", "data-o-mail-quote")
_RENAMED = re.compile(
    r"(?:x_|ecx|aolmail_|m_-?[0-9]{5,}|yiv[0-9]{5,}|ydp[0-9a-f]{4,12})+"
)  # by the programs that read it before
_COLOUR = r"(?:#[0-9a-f]{3,8}|rgb\([0-9,]{5,11}\)|[a-z]{3,20})?"
_RULE = re.compile(rf"border:none;border-top:solid{_COLOUR}1\.0pt|border-top:{_COLOUR}1(?:\.0)?ptsolid")
_SPACED = re.compile(r"padding(?:-top)?:(?:3(?:\.0)?pt|5px)")  # as Outlook and Windows Mail do below their line, and few others


def quotes_something(html: str) -> bool:
    lower = html.lower()
    return any(sign in lower for sign in _SIGNS)


def box_of(element: Element) -> str:
    """`html-quote`, `html-from-here` where all that follows belongs to it, `html-signature`, or ""."""
    if not isinstance(element.tag, str) or not element.attrib:
        return ""
    said = {name: value.lower() for name in _TELLING if (value := element.get(name))}
    if not said:
        return ""
    name = _original(said.get("id", ""))
    classes = [_original(word) for word in said.get("class", "").split()]
    if name in _FROM_HERE_IDS or said.get("data-marker") in _FROM_HERE_MARKERS:
        return "html-from-here"
    if not _FROM_HERE_CLASSES.isdisjoint(classes) or _is_outlook_rule(said.get("style", "")):
        return "html-from-here"
    cited = element.tag == "blockquote" and said.get("type") == "cite"
    named = (element.tag == "div" and said.get("name") in _QUOTE_NAMES) or name in _REMOVED_IDS or "data-o-mail-quote" in said
    if cited or named or any(word in _REMOVED_CLASSES or word.endswith(_QUOTE_CLASSES) for word in classes):
        return "html-quote"
    marked = element.tag == "signature"
    marked = marked or said.get("data-smartmail") == "gmail_signature" or said.get("name") == "messagesignaturesection"
    marked = marked or said.get("data-marker", "").startswith("__sig_")
    signed = marked or any(word.endswith(_SIGNATURE_NAMES) for word in (name, *classes))
    return "html-signature" if signed and element.tag not in {"html", "body", "img", "a"} else ""


def signed_behind(element: Element) -> bool:
    """The line break that Apple's iOS puts above a signature."""
    return (element.get("id") or "").lower() == "linebreakatbeginningofsignature"


def is_gmail_quote(element: Element) -> bool:
    return not _GMAIL.isdisjoint((element.get("class") or "").lower().split())


def _original(name: str) -> str:
    return _RENAMED.sub("", name, count=1) if name[:1] in "xeamy" else name


def _is_outlook_rule(style: str) -> bool:
    if "border-top" not in style:
        return False
    bare = style[:1_000].replace(" ", "")
    if _RULE.search(bare):
        return True
    drawn = "border-top-width:1" in bare or "border-top:solid" in bare
    solid = "border-top-style:solid" in bare or "border-style:solidnonenone" in bare or "border-top:solid" in bare
    return drawn and solid and _SPACED.search(bare) is not None
