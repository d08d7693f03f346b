"""What a request's body may hold, and reading it: the same way at the door and when the ledger is run again."""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from intake.desk.incoming import clean
from intake.domain.address_shape import address_of
from intake.domain.channel import Address, AddressKind
from intake.domain.deed_shape import LONGEST_LINE, LONGEST_TEXT, Deed
from intake.domain.errors import InvalidMessage
from intake.domain.label import Level

LARGEST_NUMBER = 2**63 - 1  # what both databases take

Body = TypeVar("Body")


def _no_truth(value: object) -> object:
    """`true` equals 1, and is no level."""
    if isinstance(value, bool):
        raise ValueError("must be 1, 2 or 3")
    return value


ChosenLevel = Annotated[Level, BeforeValidator(_no_truth)]
_ADAPTERS: dict[type[object], TypeAdapter[object]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, where somebody else writes it down for them."""

    kind: AddressKind
    address: str
    name: str = ""

    def __post_init__(self) -> None:
        _bound("name", self.name, LONGEST_LINE, may_be_empty=True)
        address_of(self.kind, self.address)

    @property
    def as_address(self) -> Address:
        return address_of(self.kind, self.address, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A new matter. `caller` is needed where the desk's own people write, and not allowed where a requester does.

    `impact` is who is hit: 1 a whole site or service, 2 a team, 3 one person. `urgency` is how far it stops work: 1 stopped,
    2 hindered, 3 can wait. What is left out is read from the text.
    """

    text: str
    subject: str = ""
    caller: Caller | None = None
    impact: ChosenLevel | None = None
    urgency: ChosenLevel | None = None

    def __post_init__(self) -> None:
        _bound("text", self.text, LONGEST_TEXT)
        _bound("subject", self.subject, LONGEST_LINE, may_be_empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """More about a matter."""

    text: str

    def __post_init__(self) -> None:
        _bound("text", self.text, LONGEST_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingUp:
    """Why something is not to be sent."""

    reason: str = ""

    def __post_init__(self) -> None:
        _bound("reason", self.reason, LONGEST_LINE, may_be_empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """`field` is a path such as `caller.kind`; empty where it is about the body as a whole."""

    field: str
    says: str


class InvalidBody(InvalidMessage):
    """Its `faults` name each field; they repeat nothing of what was sent but field names."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.says}" if fault.field else fault.says for fault in faults))
        self.faults = faults


def read_body(kind: type[Body], raw: bytes) -> Body:
    """No bytes at all are an empty object. Raises InvalidBody."""
    try:
        body = adapter_of(kind).validate_json(raw or b"{}", strict=True, extra="forbid")
    except ValidationError as fault:
        raise InvalidBody(_faults(fault)) from None  # pydantic quotes the values
    assert isinstance(body, kind)
    if large := [field for field, value in _ints(body) if not 0 <= value <= LARGEST_NUMBER]:
        raise InvalidBody(tuple(FieldFault(field=field, says="is no number of anything here") for field in large))
    return _cleaned(body)


def read_agreement_deed(kind: type[Body], raw: bytes, agreement: str) -> Body:
    """Of an agreement that is named elsewhere, so that the body must not. Raises InvalidBody."""
    try:
        given = from_json(raw or b"{}")
    except ValueError:
        return read_body(kind, raw)  # which says what is wrong with it
    if not isinstance(given, dict):
        return read_body(kind, raw)
    if "agreement" in given:
        raise InvalidBody((FieldFault(field="agreement", says="is named by the path"),))
    return read_body(kind, to_json({**given, "agreement": agreement}))


def raw_of(body: Deed | Opening | Addition) -> bytes:
    """As a request would carry it."""
    return adapter_of(type(body)).dump_json(body)


def adapter_of(kind: type[object]) -> TypeAdapter[object]:
    """Made at the first use: it takes a while."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _faults(fault: ValidationError) -> tuple[FieldFault, ...]:
    return tuple(
        FieldFault(field=".".join(str(part) for part in error["loc"]), says=error["msg"].removeprefix("Value error, "))
        for error in fault.errors(include_url=False, include_input=False, include_context=False)
    )


def _ints(body: object) -> list[tuple[str, int]]:
    assert is_dataclass(body)
    values = [(field.name, getattr(body, field.name)) for field in fields(body)]
    return [(name, value) for name, value in values if isinstance(value, int)]


def _cleaned(body: Body) -> Body:
    """Without what a database would not take."""
    assert is_dataclass(body)
    assert not isinstance(body, type)
    values = {field.name: getattr(body, field.name) for field in fields(body)}
    texts = {name: clean(value) for name, value in values.items() if type(value) is str}  # an enum stays one
    inner = {name: _cleaned(value) for name, value in values.items() if isinstance(value, Caller)}
    several = {name: tuple(map(_cleaned_part, value)) for name, value in values.items() if isinstance(value, tuple)}
    return replace(body, **texts, **inner, **several) if texts or inner or several else body


def _cleaned_part(value: Body) -> Body | str:
    return clean(value) if isinstance(value, str) else _cleaned(value)


def _bound(name: str, text: str, most: int, *, may_be_empty: bool = False) -> None:
    if len(text) > most:
        raise ValueError(f"{name} has {len(text)} characters; {most} are allowed")
    if not may_be_empty and not text.strip():
        raise ValueError(f"{name} must not be empty")
