"""What can go wrong, named for what the caller should do about it."""


class HelpdeskError(Exception):
    """Root of the tree. Its message says what to do next."""


class InvalidMessage(HelpdeskError):
    """Input that cannot become a message. It is quarantined; sending it again changes nothing."""


class StoreUnavailable(HelpdeskError):
    """The store is full, locked or gone, or too much is waiting: the sender should try again."""


class TooEarly(HelpdeskError):
    """What it is about has not come yet, and should: bring it again a little later. It is not in the ledger."""


class Conflict(HelpdeskError):
    """Somebody else wrote the same thing first. Read again and decide anew."""


class IllegalTransition(HelpdeskError):
    """The ticket's state does not allow this."""


class PolicyViolation(HelpdeskError):
    """The process forbids this, whoever asks."""


class Forbidden(HelpdeskError):
    """This principal may not do that."""


class NotFound(HelpdeskError):
    """Nothing goes by that name here."""


class ConfigError(HelpdeskError):
    """A setting or a line of desk.toml is wrong. The message names it and the mend."""


class DeliveryError(HelpdeskError):
    """A message could not be handed over.

    `permanent`: trying again will not help (a mail relay's 5xx). `retry_after`: seconds the other side asked us to wait.
    `tried` is False where nobody was asked, because the other side wants to be left alone for now: it counts as no attempt.
    `dead`: nothing will ever reach this address (a phone number that has stopped texts), until something comes from there.
    """

    def __init__(
        self, message: str, *, permanent: bool, retry_after: float | None = None, tried: bool = True, dead: bool = False
    ) -> None:
        super().__init__(message)
        self.dead = dead
        self.permanent = permanent
        self.retry_after = retry_after
        self.tried = tried
