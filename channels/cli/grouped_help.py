"""Help that lists the commands under headings, all in one column."""

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

OTHERS = "Commands"
ROOM = 200  # characters: a short help is wrapped where it must be, never cut


class GroupedHelp(TyperGroup):
    """Each command stands under its `rich_help_panel`; headings and commands keep the order in which they were given."""

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is None or command.hidden:
                continue
            heading = getattr(command, "rich_help_panel", None)
            lines = sections.setdefault(heading if isinstance(heading, str) else OTHERS, [])
            lines.append((name, command.get_short_help_str(ROOM)))
        widest = max((len(name) for lines in sections.values() for name, _ in lines), default=0)
        for heading, lines in sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), says) for name, says in lines])
