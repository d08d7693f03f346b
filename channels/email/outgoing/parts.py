"""A mail's body: the text and the same as HTML (multipart/alternative), and the files that go along (multipart/mixed)."""

from binascii import b2a_qp
from collections.abc import Sequence
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from hashlib import sha256

from channels.email.outgoing.plain_words import one_line
from channels.email.outgoing.templates import Letter
from intake.domain.attached_file import ANY_TYPE, safe_name
from intake.domain.message import Attachment

SHORT = 78  # characters (RFC 5322, 2.1.1)
_WHOLE_MAILS = frozenset({"message", "multipart"})  # a part of these types is taken apart, and may not be base64 (RFC 2046, 5)


def fill(mail: EmailMessage, letter: Letter, files: Sequence[Attachment], *, unique: str) -> None:
    """`unique` is the mail's own: with it the same mail gets the same boundaries, which nobody can foresee."""
    mail.set_content("")
    mail.add_alternative("", subtype="html")
    for part, text in zip(mail.iter_parts(), (letter.text, letter.html), strict=True):
        _say(part, text)
    for file in files:
        _attach(mail, file)
    digest = sha256(unique.encode()).hexdigest()[:32]
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{digest}")  # neither quoted-printable nor base64 can hold =_ (RFC 2045, 6.7)
    for part in mail.walk():
        if part is not mail:
            del part["MIME-Version"]


def as_sent(mail: EmailMessage, *, utf8: bool = False) -> bytes:
    """The bytes that cross the wire. `utf8`: addresses as they are (RFC 6532), for a relay that takes them."""
    return mail.as_bytes(policy=SMTP.clone(utf8=utf8))


def _attach(mail: EmailMessage, file: Attachment) -> None:
    kind, _, sort = (file.content_type or ANY_TYPE).partition("/")
    if kind in _WHOLE_MAILS or not sort:
        kind, _, sort = ANY_TYPE.partition("/")
    name = one_line(safe_name(file.name)).replace("=?", "= ?")  # Python would decode an encoded word here too
    mail.add_attachment(file.content, maintype=kind, subtype=sort, filename=name)


def _say(part: MIMEPart, text: str) -> None:
    """Python's own way to quoted-printable takes twenty times as long, and that was most of what a mail cost."""
    if text.isascii() and all(len(line) <= SHORT for line in text.split("\n")):
        part.set_payload(text)
        return
    part.set_payload(b2a_qp(text.encode("utf-8", "replace")).decode("ascii"))
    part.replace_header("Content-Transfer-Encoding", "quoted-printable")
