"""A deed as a command: its options are the deed's fields, its help is the deed's own."""
# ruff: noqa: PLC0415

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Annotated

import typer

from channels.cli.deed_options import Typed, deed_of, options_of
from channels.cli.options import Number, end
from intake.domain.deed import AgreementDeed, Deed

As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who does it, a name in desk.toml; unset: you, as admin.")]
Seen = Annotated[
    int | None,
    typer.Option("--seen", metavar="REVISION", help="Only if nothing has changed since this revision."),
]
Json = Annotated[bool, typer.Option("--json", help="The receipt and what it came to, see docs/shapes.md.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The agreement, such as 'ACME 2026'.")]


def command_name(deed: type[Deed]) -> str:
    return deed.verb.replace("_", "-")


def first_line(deed: type[Deed]) -> str:
    return (deed.__doc__ or "").partition("\n")[0]


def in_short(deed: type[Deed]) -> str:
    """For the list of all commands: what comes before the first colon or semicolon."""
    return first_line(deed).partition(":")[0].partition(";")[0].rstrip(".") + "."


def ticket_command(deed: type[Deed]) -> Callable[..., None]:
    def run(number: str, agent: str | None, seen: int | None, as_json: bool, **typed: Typed) -> None:
        from channels.cli.doing import do

        end(not do(deed_of(deed, typed), number, agent=agent, seen=seen, as_json=as_json))

    number = Parameter("number", Parameter.KEYWORD_ONLY, annotation=Number)
    _declare(run, [number, *options_of(deed), _AGENT, _SEEN, _AS_JSON])
    return run


def agreement_command(deed: type[AgreementDeed]) -> Callable[..., None]:
    """It names its agreement instead of a ticket."""

    def run(agreement: str, agent: str | None, as_json: bool, **typed: Typed) -> None:
        from channels.cli.doing_agreement import do_agreement

        end(not do_agreement(deed_of(deed, {**typed, "agreement": agreement}), agent=agent, as_json=as_json))

    name = Parameter("agreement", Parameter.KEYWORD_ONLY, annotation=Name)
    _declare(run, [name, *options_of(deed, without="agreement"), _AGENT, _AS_JSON])
    return run


def _declare(run: Callable[..., None], parameters: list[Parameter]) -> None:
    """What typer reads instead of the source."""
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}


_AGENT = Parameter("agent", Parameter.KEYWORD_ONLY, default=None, annotation=As)
_SEEN = Parameter("seen", Parameter.KEYWORD_ONLY, default=None, annotation=Seen)
_AS_JSON = Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=Json)
