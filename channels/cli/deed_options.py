"""A deed's fields as options of its command, and what was typed there as the deed."""

import re
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import UTC, date, datetime
from enum import Enum
from inspect import Parameter
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import typer

from channels.cli.deed_words import NAMES, STDIN, help_of, metavar_of, option_name
from channels.cli.hours import minutes_typed
from channels.cli.options import LARGEST
from channels.cli.ticket_number import ticket_number
from intake.domain.attached_file import ANY_TYPE, LONGEST_NAME, MOST_BYTES, AttachedFile
from intake.domain.change import ChangeKind, Side
from intake.domain.deed import Deed
from intake.domain.label import Kind

Typed: TypeAlias = str | int | bool | Enum | list[Path] | list[str] | None
Given: TypeAlias = str | int | bool | Enum | datetime | date | tuple[AttachedFile, ...] | tuple[str, ...] | None
Read: TypeAlias = Callable[[str, str], Given]  # what was typed, and the option it was typed to
AnyDeed = TypeVar("AnyDeed", bound=Deed)

TICKETS = frozenset({"into", "other", "storm", "incident"})  # whole numbers that people write HD-1042
HOURS = frozenset({"minutes", "lead", "more", "fewer", "carry_over"})
LOCAL_TIMES = frozenset({"starts", "ends"})
ALL = "all"
NOT_CHOSEN = frozenset({Kind.NONE, ChangeKind.STANDARD, Side.PRODUCT_OWNER})  # what a person cannot say here


def options_of(deed: type[Deed], without: str = "") -> Sequence[Parameter]:
    """One for each field. A field that has no default is an option that must be given."""
    kinds = get_type_hints(deed)
    return [_option(deed.verb, field, kinds[field.name]) for field in fields(deed) if field.name != without]


def _option(verb: str, field: "Field[Given]", kind: object) -> Parameter:
    as_typed = _as_typed(field, kind)
    metavar = None if as_typed is bool else metavar_of(verb, field.name)
    choices = ", ".join(str(choice.value) for choice in _choices(kind) if choice not in NOT_CHOSEN)
    says = f"{help_of(verb, field.name)}{f': {choices}' if choices else ''}."
    option = typer.Option(option_name(field.name), help=says, metavar=metavar, show_default=False)
    unset = field.default if as_typed == kind else None
    default = Parameter.empty if field.default is MISSING else unset
    return Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[as_typed, option])


def _as_typed(field: "Field[Given]", kind: object) -> object:
    if get_origin(kind) is tuple:
        several: object = list[Path] if field.name == "files" else list[str]
        return several if field.default is MISSING else several | None  # type: ignore[operator] # both are types
    if _reads(field.name, kind) is None:
        return kind
    return str if field.default is MISSING else str | None


def _reads(name: str, kind: object) -> Read | None:
    """For what is typed otherwise than it is kept."""
    kinds = {kind, *get_args(kind)}
    if int in kinds:
        return _hours if name in HOURS else (lambda text, _: ticket_number(text)) if name in TICKETS else None
    if datetime in kinds:
        return local_moment if name in LOCAL_TIMES else moment
    return day if date in kinds else None


def _choices(kind: object) -> Sequence[Enum]:
    """Of an enum, or of an enum or None; else nothing."""
    return [choice for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, Enum) for choice in each]


def deed_of(deed: type[AnyDeed], typed: Mapping[str, Typed]) -> AnyDeed:
    """Raises BadParameter for what cannot be meant, NotFound for what is no ticket's number."""
    kinds = get_type_hints(deed)
    given = {field.name: _given(deed, field, kinds[field.name], typed[field.name]) for field in fields(deed)}
    try:
        return deed(**given)
    except ValueError as fault:
        raise typer.BadParameter(_as_options(deed, str(fault))) from fault


def _given(deed: type[Deed], field: "Field[Given]", kind: object, value: Typed) -> Given:
    option = option_name(field.name)
    if get_origin(kind) is tuple:
        several = value if isinstance(value, list) else []
        if field.name == "files":
            return _attached([Path(path) for path in several])
        return tuple(_clean(str(text)) for text in several)
    if isinstance(value, int) and value > LARGEST:
        raise typer.BadParameter(f"{value} is no number of anything here", param_hint=option)
    if (read := _reads(field.name, kind)) is not None:
        return read(value, option) if isinstance(value, str) else field.default
    if not isinstance(value, str) or isinstance(value, Enum):
        assert not isinstance(value, list)  # only tuples are typed as lists
        return value
    return _clean(_stdin() if field.name in deed.texts and value == STDIN else value)


def moment(text: str, option: str = "--until") -> datetime:
    """ISO 8601: a date, or date and time; what names no zone is UTC."""
    at = _iso(text, option)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def local_moment(text: str, option: str) -> datetime:
    """ISO 8601; what names no zone is local time somewhere, which is for the desk to say."""
    return _iso(text, option)


def day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is no day such as 2026-12-31", param_hint=option) from fault


def _iso(text: str, option: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is no moment such as 2026-12-01T09:00Z", param_hint=option) from fault


def _hours(text: str, option: str) -> int | None:
    if option == option_name("carry_over") and text.strip().lower() == ALL:
        return None
    try:
        return minutes_typed(text, days=option == option_name("lead"))
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from fault


def _attached(paths: Sequence[Path]) -> tuple[AttachedFile, ...]:
    return tuple(
        AttachedFile(
            name=path.name[-LONGEST_NAME:],
            content_type=guess_type(path.name)[0] or ANY_TYPE,
            content=b64encode(_content(path)).decode("ascii"),
        )
        for path in paths
    )


def _content(path: Path) -> bytes:
    """Raises BadParameter; a file that is too large is not read to its end."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise typer.BadParameter(f"{path} cannot be read: {fault.strerror}", param_hint=NAMES["files"]) from fault
    if len(content) > MOST_BYTES:
        says = f"{path} is larger than {MOST_BYTES >> 20} MB, which all files together may have"
        raise typer.BadParameter(says, param_hint=NAMES["files"])
    return content


def _stdin() -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace").rstrip()


def _clean(text: str) -> str:
    from intake.desk.incoming import clean  # noqa: PLC0415 - help needs no desk

    return clean(text)


def _as_options(deed: type[Deed], says: str) -> str:
    """A fault names fields: here they are options."""
    named = {field.name for field in fields(deed)}
    if says.endswith((" is needed", " lies before starts")):
        return re.sub(r"\b[a-z_]{1,40}\b", lambda word: option_name(word[0]) if word[0] in named else word[0], says)
    for field in fields(deed):
        if "_" in field.name:
            says = says.replace(field.name, option_name(field.name))
        elif field.name in NAMES and says.startswith(field.name):
            says = f"{option_name(field.name)}{says.removeprefix(field.name)}"
    return says
