"""The pages of a change as HTML. Everything that comes from people is escaped by the templates."""

from dataclasses import dataclass
from enum import StrEnum

from channels.portal.change_form import LONGEST_OF, ChangeVerb
from channels.portal.change_page import ChangePage
from channels.portal.owner_page import OwnerPage
from channels.portal.render import Place, templates


class ChangeDone(StrEnum):
    """What was done just now, as it stands in the address of the page after it."""

    DECIDED = "decided"
    STUCK = "stuck"
    ADDED = "added"
    KEPT = "kept"


_DONE = {
    ChangeDone.DECIDED: "Thank you. Your decision counts.",
    ChangeDone.STUCK: (
        "We have kept what you decided, and could not carry it out: it does not count yet. Whoever runs the desk looks at it."
    ),
    ChangeDone.ADDED: "Thank you. Your message has been added.",
    ChangeDone.KEPT: "Thank you. We have your message; one of us reads it first.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDraft:
    """A form that was not taken: what was typed stands in it once more. `once` too, so that it is taken once at most."""

    verb: ChangeVerb
    once: str
    text: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why nothing was taken. `refused` are the words of the desk itself, for its own people alone."""

    heading: str
    says: str = ""
    refused: str = ""


class ChangeRenderer:
    def page(
        self,
        page: ChangePage | OwnerPage,
        place: Place,
        *,
        once: str,
        done: ChangeDone | None = None,
        draft: ChangeDraft | None = None,
        trouble: Trouble | None = None,
    ) -> str:
        """`draft` is what was typed in a form that was not taken, `trouble` why."""
        name = "owner.html" if isinstance(page, OwnerPage) else "change.html"
        return (
            templates()
            .get_template(name)
            .render(
                page=page,
                place=place,
                once=once,
                done=_DONE[done] if done is not None else "",
                draft=draft,
                trouble=trouble,
                LONGEST_OF=LONGEST_OF,
            )
        )
