"""What somebody said to the desk, whatever door it came through."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.call import Ringing
from intake.domain.channel import Address, Channel
from intake.domain.chat import Amends, Marked, Place
from intake.domain.label import Label, Level
from intake.domain.remote_file import RemoteFile


class Nature(StrEnum):
    """Who or what wrote it. Only humans are answered."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    ALERT = "alert"
    LIST = "list"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    READ_RECEIPT = "read_receipt"
    OWN_LOOP = "own_loop"
    BOT = "bot"  # another program's words in a chat


class ThreadKind(StrEnum):
    """How a message points at a conversation."""

    REPLY_ADDRESS = "reply_address"  # the plus-part of a recipient address: `1042.k3y…`
    MESSAGE_ID = "message_id"  # an id in In-Reply-To or References, without angle brackets
    CONVERSATION = "conversation"  # a Slack thread, a CallSid, an SMS conversation
    SUBJECT_TAG = "subject_tag"  # `HD-1042` in a subject
    NOTES = "notes"  # where the desk's own people talk about it: the thread under a card
    HELD = "held"  # a name of a message that waits for an agent: nothing finds its way by it yet


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRef:
    channel: Channel
    kind: ThreadKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message. `sha256` is the hex digest of `content`, `size` its length in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A report that mail of ours did not arrive. `status` is an RFC 3463 code such as 5.1.1, or empty."""

    recipients: tuple[str, ...]
    temporary: bool
    status: str = ""


class Consent(StrEnum):
    """What a one-word text to a phone number means before anything else; the vendor answers it (CTIA's key words)."""

    STOP = "stop"  # nothing is sent there any more
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """A message that somebody forwards: who wrote it, about what, and above it the forwarder's own `remark`. `label` is that of
    its author's words alone, where they were read."""

    author: Address
    subject: str
    text: str
    remark: str
    label: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Who is hit, and how far it stops work, as somebody chose on a form: `by` is who. What they left open is None."""

    by: str
    impact: Level | None = None
    urgency: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message, understood.

    `external_id` is what makes it the same message when it comes twice. `text` is what the author wrote this time,
    `full_text` everything that was sent, quotes and signature included. `answers` are the conversations it points at,
    `known_as` the names by which later messages may point at it. `answerable` is False where an automatic answer would be
    wrong though a ticket is right (a list, a no-reply sender). `loop_mark` is the desk's own mark found on it, unverified.
    `notes` name every anomaly met while reading it. `ticket` is where it belongs by the word of a channel that has proven who
    speaks and that the ticket is theirs (a signed link, a token).

    `authentic` says that the channel has proven that the author is who the message says: a server whose word we take passed a
    mail's From (RFC 8601), a platform signed the request. `blind` are those of `answers` that only the envelope tells: whoever
    wrote the message may never have meant them. `passed_on` is the message that this one forwards.
    A monitor's alert is a `recovery` where it says that all is well again. `chosen` counts where the message opens a ticket.
    `ringing` is a call that begins: nothing has been said yet. `remote` are files that the channel still has to fetch.
    `place` is where in a chat it was said; `marked` says who asked that this message of its author becomes a ticket; a message
    that `amends` an earlier one says how that reads now.
    """

    channel: Channel
    external_id: str
    received_at: datetime
    author: Address | None
    recipients: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    full_text: str = ""
    nature: Nature = Nature.HUMAN
    answerable: bool = True
    answers: tuple[ThreadRef, ...] = ()
    known_as: tuple[ThreadRef, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    bounce: Bounce | None = None
    loop_mark: str = ""
    ticket: int | None = None
    authentic: bool = False
    blind: tuple[ThreadRef, ...] = ()
    passed_on: PassedOn | None = None
    recovery: bool = False
    chosen: Chosen | None = None
    ringing: Ringing | None = None
    consent: Consent | None = None
    remote: tuple[RemoteFile, ...] = ()
    place: Place | None = None
    marked: Marked | None = None
    amends: Amends | None = None
    notes: tuple[str, ...] = ()
