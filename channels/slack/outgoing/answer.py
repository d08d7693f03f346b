"""A person's answer, as whoever asked reads it."""

from dataclasses import dataclass

from channels.slack.blocks.parts import actions, button, context, link_button, section
from channels.slack.blocks.post import Post, WholeText, post
from channels.slack.blocks.text import cut_markup, escaped, size, with_links
from channels.slack.json_value import Json
from channels.slack.outgoing.public import Public
from channels.slack.presses import Press, Pressed

LONGEST = 2_900  # characters that stand in the message itself; more goes on in a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`resolves`: it is a final response that waits for a yes or a no. `files` are names."""

    text: str
    resolves: bool = False
    files: tuple[str, ...] = ()


def answer(said: Said, public: Public) -> Post:
    told, ticket = public.phrases.told, public.ticket
    words = with_links(said.text.strip()) or escaped(", ".join(said.files)) or ticket.number
    whole = None
    blocks: list[Json] = []
    if size(words) > LONGEST:
        whole = WholeText(name=f"{ticket.number}.txt", content=said.text.encode("utf-8", "replace"))
        words = cut_markup(words, LONGEST)
    blocks.append(section(words))
    if whole is not None:
        blocks.append(context(told.continued.format(file=escaped(whole.name))))
    blocks.append(context(_signature(public)))
    if said.resolves:
        blocks += [section(f"*{told.solved}* {told.solved_closes}"), _yes_or_no(public)]
    elif public.page:
        blocks.append(actions(link_button(told.page, public.page, mark=str(public.delivery))))
    asked = f"\n{told.solved}" if said.resolves else ""
    return post(f"{ticket.number}: {cut_markup(words, LONGEST - 100)}{asked}", blocks, whole)


def _signature(public: Public) -> str:
    """Which team, not which of its people; in a room that is shared with another company not even that."""
    number = f"*{public.ticket.number}*"
    team = public.ticket.team
    return public.phrases.told.by.format(number=number, team=escaped(team)) if team else number


def _yes_or_no(public: Public) -> Json:
    told, ticket = public.phrases.told, public.ticket
    pressed = Pressed(ticket=ticket.id, seen=ticket.revision)
    return actions(
        button(Press.CONFIRM, told.solved_yes, pressed, "primary"),
        button(Press.DISPUTE, told.solved_no, pressed),
        *([link_button(told.page, public.page, mark=str(public.delivery))] if public.page else []),
    )
