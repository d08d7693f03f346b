"""A deed's fields as options of its command, and what was typed there as the deed."""

import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime
from enum import Enum
from inspect import Parameter
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, TypeAlias, get_args, get_type_hints

import typer

from channels.cli.options import LARGEST
from channels.cli.ticket_number import ticket_number
from intake.domain.attached_file import ANY_TYPE, LONGEST_NAME, MOST_BYTES, AttachedFile
from intake.domain.deed import Deed
from intake.domain.label import Kind

Typed: TypeAlias = str | int | bool | Enum | list[Path] | None
Given: TypeAlias = str | int | bool | Enum | datetime | tuple[AttachedFile, ...] | None

STDIN = "-"
TICKETS = frozenset({"into", "other", "storm"})  # whole numbers that people write HD-1042
MOMENTS = frozenset({"until", "next_update"})
HELP: Mapping[str, str] = {  # a full stop, or the choices, follow
    "assigned_to": "Whose it is from now on: a name in desk.toml",
    "assignment_group": "A team in desk.toml, such as support",
    "reason": "Why, for the timeline",
    "until": "Such as 2026-12-01T09:00+01:00; without a zone it is UTC",
    "tried": "What has been tried already",
    "to_leads": "Straight to the leads",
    "text": f"What to say; {STDIN} reads it from stdin",
    "channel": "Which way; unset: the one used last. One of",
    "into": "The ticket that goes on, such as HD-1042",
    "storm": "The major incident, such as HD-900",
    "next_update": "When they hear more, such as 2026-12-01T09:00+01:00; unset: as desk.toml says",
    "message": "The message's number, as `intake ticket` shows it",
    "other": "The other ticket, such as HD-1042",
    "kind": "One of",
    "category": "It brings its kind with it. One of",
    "impact": "From the worst to the least",
    "urgency": "From the worst to the least",
    "address": "Such as ann@example.com, +4930123456 or U0123456789",
    "event": "The event's number, as `intake ticket` shows it",
    "files": "A file to send along; may be given several times",
}
NOT_CHOSEN = frozenset({Kind.NONE})  # a person's label says something
METAVARS: Mapping[str, str] = {
    "until": "MOMENT",
    "next_update": "MOMENT",
    "assigned_to": "NAME",
    "assignment_group": "TEAM",
    "into": "NUMBER",
    "other": "NUMBER",
    "storm": "NUMBER",
    "message": "ID",
    "event": "ID",
    "files": "FILE",
}
NAMES: Mapping[str, str] = {"files": "--attach"}  # where an option is not called as the field is


def options_of(deed: type[Deed]) -> Sequence[Parameter]:
    """One for each field. A field that has no default is an option that must be given."""
    kinds = get_type_hints(deed)
    return [_option(field, kinds[field.name]) for field in fields(deed)]


def _option(field: "Field[Given]", kind: object) -> Parameter:
    as_typed = _as_typed(field.name, kind)
    metavar = METAVARS.get(field.name, None if as_typed is bool else field.name.upper())
    choices = ", ".join(str(choice.value) for choice in _choices(kind) if choice not in NOT_CHOSEN)
    says = f"{HELP[field.name]}{f': {choices}' if choices else ''}."
    option = typer.Option(_name(field.name), help=says, metavar=metavar, show_default=False)
    default = Parameter.empty if field.default is MISSING else None if field.name == "files" else field.default
    return Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[as_typed, option])


def _as_typed(name: str, kind: object) -> object:
    if name == "files":
        return list[Path] | None
    return str if name in TICKETS else (str | None) if kind == (datetime | None) else kind


def _choices(kind: object) -> Sequence[Enum]:
    """Of an enum, or of an enum or None; else nothing."""
    return [choice for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, Enum) for choice in each]


def deed_of(deed: type[Deed], typed: Mapping[str, Typed]) -> Deed:
    """Raises BadParameter for what cannot be meant, NotFound for what is no ticket's number."""
    given = {field.name: _given(deed, field.name, typed[field.name]) for field in fields(deed)}
    try:
        return deed(**given)
    except ValueError as fault:
        raise typer.BadParameter(_as_options(deed, str(fault))) from fault


def _given(deed: type[Deed], name: str, value: Typed) -> Given:
    if name in MOMENTS:
        return moment(value, _name(name)) if isinstance(value, str) else None
    if isinstance(value, list) or name == "files":
        return _attached(value if isinstance(value, list) else ())
    if isinstance(value, int) and value > LARGEST:
        raise typer.BadParameter(f"{value} is no number of anything here", param_hint=_name(name))
    if not isinstance(value, str) or isinstance(value, Enum):
        return value
    if name in TICKETS:
        return ticket_number(value)
    return _clean(_stdin() if name in deed.texts and value == STDIN else value)


def moment(text: str, option: str = "--until") -> datetime:
    """ISO 8601: a date, or date and time; what names no zone is UTC."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is no moment such as 2026-12-01T09:00Z", param_hint=option) from fault
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


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
    for field in fields(deed):
        if "_" in field.name:
            says = says.replace(field.name, _name(field.name))
    return says


def _name(field: str) -> str:
    return NAMES.get(field, f"--{field.replace('_', '-')}")
