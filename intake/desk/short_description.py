"""What a ticket is called in lists: the subject, or the first words."""

from intake.domain.message import InboundMessage
from intake.domain.ticket import SHORT_DESCRIPTION_LENGTH


def short_description(message: InboundMessage) -> str:
    if message.remote and not (message.subject.strip() or message.text.strip()):
        return f"({len(message.remote)} file{'s' if len(message.remote) > 1 else ''}, no text)"
    return first_line(message.subject, message.text)


def first_line(subject: str, text: str) -> str:
    line = subject.strip() or next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = " ".join(line.split()) or "(no subject, no text)"
    return line if len(line) <= SHORT_DESCRIPTION_LENGTH else f"{line[: SHORT_DESCRIPTION_LENGTH - 1]}…"
