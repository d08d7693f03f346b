"""What the vendor's error codes mean for a delivery (twilio.com/docs/api/errors)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from intake.domain.contact import STOPPED


class Fault(Enum):
    """`permanent` is about this delivery; DEAD is about the number, for every text to come."""

    DEAD = "the number takes no texts"
    PERMANENT = "this one will not go"
    OURS = "the account is set up wrong: an administrator must look"
    PASSES = "it may pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorError:
    fault: Fault
    says: str

    @property
    def permanent(self) -> bool:
        return self.fault in {Fault.DEAD, Fault.PERMANENT}


_D, _P, _O, _L = Fault.DEAD, Fault.PERMANENT, Fault.OURS, Fault.PASSES
_CODES: Mapping[int, tuple[Fault, str]] = {
    13223: (_D, "no number that can be called"),
    13224: (_D, "no number that can be called"),
    14103: (_P, "the text is empty"),
    20003: (_O, "the credentials are refused"),
    20429: (_L, "too many requests"),
    21201: (_D, "no number to call"),
    21205: (_O, "the address of our answers is not valid"),
    21210: (_O, "our number is not verified for calls"),
    21211: (_D, "not a valid number"),
    21212: (_O, "our number is not valid"),
    21214: (_D, "the number cannot be reached"),
    21215: (_P, "calls to this country are not allowed for the account"),
    21216: (_P, "calls to this number are blocked for the account"),
    21217: (_D, "not a valid number"),
    21219: (_P, "a trial account calls verified numbers alone"),
    21401: (_D, "not a valid number"),
    21408: (_P, "texts to this country are not allowed for the account"),
    21421: (_D, "not a valid number"),
    21601: (_O, "our number takes no texts"),
    21602: (_P, "the text is empty"),
    21603: (_O, "our number is missing"),
    21604: (_D, "no number to text to"),
    21606: (_O, "our number is not the account's"),
    21608: (_P, "a trial account texts verified numbers alone"),
    21609: (_O, "the address of our reports is not valid"),
    21610: (_D, STOPPED),
    21611: (_L, "too much is queued for our number"),
    21612: (_D, "there is no way to this number from ours"),
    21614: (_D, "no mobile number"),
    21617: (_P, "the text is too long"),
    21635: (_D, "a landline"),
    21659: (_O, "our number is none of the vendor's"),
    21660: (_O, "our number is another account's"),
    30001: (_L, "too much is queued"),
    30002: (_O, "the account is suspended"),
    30003: (_D, "the phone cannot be reached"),
    30004: (_D, "the phone blocks texts"),
    30005: (_D, "nobody has this number"),
    30006: (_D, "a landline, or a network that takes no texts"),
    30007: (_P, "the network took it for unwanted"),
    30008: (_L, "it did not arrive, and nobody knows why"),
    30022: (_L, "too many texts"),
    30032: (_O, "our toll-free number is not verified"),
    30034: (_O, "our number is not registered for texts in the USA"),
    30410: (_L, "the network did not answer in time"),
}


def vendor_error(code: int | None, status: int = 0, *, placing: bool = False) -> VendorError:
    """`status` is HTTP's, 0 where the code came in a report; `placing` a call or a text, and not asking for something. What is
    not known may pass, unless HTTP says that this very request is wrong: what our account is refused for is mended on our side,
    and not by giving up what waits."""
    known = _CODES.get(code or 0)
    if known is not None:
        return VendorError(fault=known[0], says=known[1])
    if status in {401, 403}:
        return VendorError(fault=Fault.OURS, says="the account is refused")
    if placing and status in {404, 405}:
        return VendorError(fault=Fault.OURS, says="there is no such account, or no such address")
    if status in {400, 404, 422}:
        return VendorError(fault=Fault.PERMANENT, says="the request is refused")
    return VendorError(fault=Fault.PASSES, says="an error of theirs")
