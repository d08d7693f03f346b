"""What stands beside the bytes of an arrival: which of the things that Slack sends they are, and whether it repeats itself."""

from enum import StrEnum

KIND, RETRY = "kind", "retry"


class Kind(StrEnum):
    """Slack's own JSON, or what the desk itself has looked up."""

    EVENT = "event"
    INTERACTION = "interaction"
    COMMAND = "command"
    FOUND = "found"
