"""A ticket's page and its lesser sisters as HTML. Everything that comes from people is escaped by the templates."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from channels.portal.dates import day, moment, when
from channels.portal.form import LONGEST, MAY_BE_ASKED, Verb
from channels.portal.oncall_visit import OnCallVisit
from channels.portal.page import TicketPage
from channels.portal.signs import Sign
from channels.portal.words import DONE, KINDS, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the reader is. `up` leads from the page's address to where all pages are, so that links work behind any prefix;
    `key` is empty where the link is not known to be good."""

    up: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form that was not taken: what was in it stays, to be sent again. `once` too, so that it is taken once at most."""

    verb: Verb
    once: str
    text: str = ""
    kind: str = ""


@cache
def templates() -> Environment:
    """Made once: it keeps what it has compiled."""
    environment = Environment(
        loader=PackageLoader("channels.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": moment, "day": day, "when": when}
    environment.globals |= {"LONGEST": LONGEST, "KINDS": KINDS, "MAY_BE_ASKED": MAY_BE_ASKED}
    return environment


class Renderer:
    def __init__(self) -> None:
        self._templates = templates()

    def ticket(self, page: TicketPage, place: Place, *, once: str, first: Verb | None = None, done: Done | None = None) -> str:
        """`first` is the form that stands before the others, where the ticket offers it."""
        template = self._templates.get_template("ticket.html")
        said = DONE[done] if done is not None else ""
        return template.render(page=page, place=place, once=once, first=first, done=said)

    def oncall(self, visit: OnCallVisit, place: Place) -> str:
        return self._templates.get_template("oncall.html").render(visit=visit, place=place)

    def again(self, draft: Draft, place: Place, *, heading: str, says: str, mend: bool) -> str:
        """The form once more, as it was filled in. `mend`: it is `says` that has to be put right in it."""
        template = self._templates.get_template("again.html")
        return template.render(draft=draft, place=place, heading=heading, says=says, mend=mend)

    def sign(self, sign: Sign, place: Place, *, typed: str = "", once: str = "") -> str:
        """`typed` is what would be lost otherwise: to be copied, or with a `once` to be sent as a message."""
        return self._templates.get_template("sign.html").render(sign=sign, place=place, typed=typed, once=once)


def stylesheet() -> str:
    return resources.files("channels.portal").joinpath("templates", "style.css").read_text("utf-8")
