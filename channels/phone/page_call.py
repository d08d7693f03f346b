"""A page on the phone: what whoever is on call hears, and what their key does. All that is said stands in the signed URL, so
that it is said with the database away, too; only a key acknowledges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.phone.conference import join
from channels.phone.texts.gsm7 import without_pictures
from channels.phone.texts.phrases import PagePhrases, phrases_of
from intake.desk.policy_file.phone import Line
from intake.domain.errors import InvalidMessage

PATH, KEY_PATH = "/twilio/page", "/twilio/page/key"
TAKE, PASS, JOIN = "1", "2", "3"
KEY_SECONDS = 8
MOST_TURNS = 2  # a key that means nothing is forgiven once
LONGEST_ABOUT = 120  # characters: some ten seconds
_LONGEST_NAME = 80
_LONGEST_QUERY = 2_000
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "d": re.compile(r"[1-9][0-9]{0,18}\Z", re.ASCII),  # delivery
    "n": re.compile(r"[1-9][0-9]{0,11}\Z", re.ASCII),  # ticket
    "p": re.compile(r"P[1-4]\Z", re.ASCII),  # priority
    "w": re.compile(rf"[^\x00-\x1f\x7f]{{1,{_LONGEST_NAME}}}\Z"),  # who is paged
    "s": re.compile(rf"[^\x00-\x1f\x7f]{{1,{LONGEST_ABOUT}}}\Z"),  # what about
    "l": re.compile(r"\+[1-9][0-9]{7,14}\Z", re.ASCII),  # the desk's number that calls
    "c": re.compile(r"1\Z"),  # there is a conference
    "t": re.compile(rf"[1-{MOST_TURNS}]\Z", re.ASCII),  # turn
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCall:
    """`whom` is the agent's name or the team's title; `line` the desk's number that calls. `turn` counts keys, from 0."""

    delivery: int
    ticket: int
    priority: str
    whom: str
    about: str
    line: str
    conference: bool = False
    turn: int = 0


def page_query(page: PageCall) -> str:
    fields = {
        "d": str(page.delivery),
        "n": str(page.ticket),
        "p": page.priority,
        "w": _one_line(page.whom, _LONGEST_NAME),
        "s": _one_line(page.about, LONGEST_ABOUT),
        "l": page.line,
        "c": "1" if page.conference else "",
        "t": str(page.turn or ""),
    }
    return urlencode({name: value for name, value in fields.items() if value})


def read_page_query(query: str) -> PageCall:
    """The raw query, without the question mark. Raises InvalidMessage for everything that `page_query` does not write."""
    if len(query) > _LONGEST_QUERY:
        raise InvalidMessage(f"the query of a page call is longer than {_LONGEST_QUERY} characters")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=len(_SHAPES))
    except ValueError as fault:
        raise InvalidMessage("the query of a page call is none of ours") from fault
    fields = dict(pairs)
    wrong = [name for name, value in pairs if name not in _SHAPES or not _SHAPES[name].match(value)]
    if wrong or len(fields) != len(pairs) or not {"d", "n", "p", "l"} <= fields.keys():
        raise InvalidMessage("the query of a page call is none of ours")
    return PageCall(
        delivery=int(fields["d"]),
        ticket=int(fields["n"]),
        priority=fields["p"],
        whom=fields.get("w", ""),
        about=fields.get("s", ""),
        line=fields["l"],
        conference="c" in fields,
        turn=int(fields.get("t", "0")),
    )


def asking(page: PageCall, line: Line, public_url: str, *, wrong_key: bool = False) -> str:
    """TwiML: what it is about, twice, and the wait for a key. Silence posts as well, with no digits; then we hang up."""
    phrases = phrases_of(line.language).page
    response = VoiceResponse()
    gather = response.gather(
        input="dtmf",
        num_digits=1,
        timeout=KEY_SECONDS,
        action=_key_url(page, public_url),
        method="POST",
        action_on_empty_result=True,
    )
    if wrong_key:
        _say(gather, phrases.wrong_key, line)
        _say(gather, _keys(page, phrases), line)
    else:
        said = f"{_filled(phrases.greeting, page)} {_keys(page, phrases)}"
        _say(gather, said, line)
        gather.pause(length=2)
        _say(gather, said, line)
    response.hangup()
    return str(response)


def answering(page: PageCall, digits: str, line: Line, public_url: str, *, over: bool = False, lost: bool = False) -> str:
    """TwiML after a key, or after silence. Whoever takes it hears so; `over`: somebody else was quicker, or nobody need be
    woken any more; `lost`: the key is not on record, and the ladder goes on."""
    phrases = phrases_of(line.language).page
    if not means_something(page, digits) and digits and page.turn < MOST_TURNS:
        return asking(page, line, public_url, wrong_key=True)
    response = VoiceResponse()
    if digits == JOIN and page.conference:  # also late: there is the conference
        _say(response, _filled(phrases.not_noted if lost else phrases.joining, page), line)
        join(response, page.ticket, page.whom, page.delivery, public_url)
        return str(response)
    if takes(page, digits):
        said = phrases.not_noted if lost else phrases.over if over else phrases.taken
    else:
        said = phrases.passed if digits == PASS else phrases.no_key
    _say(response, _filled(said, page), line)
    response.hangup()
    return str(response)


def takes(page: PageCall, digits: str) -> bool:
    return digits == TAKE or (digits == JOIN and page.conference)


def means_something(page: PageCall, digits: str) -> bool:
    return takes(page, digits) or digits == PASS


def read_out(number: int) -> str:
    """`H D, 1, 0, 4, 2`: digit by digit, as nobody hears it wrong."""
    return f"H D, {', '.join(str(number))}"


def _key_url(page: PageCall, public_url: str) -> str:
    following = replace(page, about="", turn=page.turn + 1)
    return f"{public_url.rstrip('/')}{KEY_PATH}?{page_query(following)}"


def _keys(page: PageCall, phrases: PagePhrases) -> str:
    return phrases.keys_conference if page.conference else phrases.keys


def _filled(phrase: str, page: PageCall) -> str:
    said = phrase if page.about else phrase.replace(": {about}", "")
    return said.format(number=read_out(page.ticket), priority=" ".join(page.priority), about=page.about)


def _say(verb: VoiceResponse | Gather, text: str, line: Line) -> None:
    verb.say(text, language=line.language, **({"voice": line.voice} if line.voice else {}))


def _one_line(text: str, most: int) -> str:
    bare = "".join(sign if sign.isprintable() else " " for sign in without_pictures(text[: 4 * most]))
    return " ".join(bare.split())[:most].strip()
