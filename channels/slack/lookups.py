"""What the desk has to ask Slack for, because no event says it: profiles, members of groups, words that somebody marked."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from channels.slack.json_value import Json, at, flag, inside, items, text
from channels.slack.outgoing.pacing import PacedApi, Pacing
from channels.slack.reading.naming import person_in
from channels.slack.vendor.api import Api, SlackFault
from intake.desk.ports import Clock
from intake.domain.address_shape import address_of
from intake.domain.channel import AddressKind
from intake.domain.chat import Lookup, Person
from intake.domain.errors import DeliveryError

MOST_MEMBERS = 5_000
_LONGEST_NAME = 100
_LONGEST_LINK = 500
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]|\Z)", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}\Z", re.ASCII)
_THREAD = re.compile(r"[?&]thread_ts=([0-9]{1,12}\.[0-9]{1,9})(?:&|\Z)", re.ASCII)
_SLACKBOT = "USLACKBOT"

# Faults after which nobody asks again, in words that may stand on a ticket.
_GONE: Mapping[str, str] = {
    "channel_not_found": "the desk is not in that channel",
    "not_in_channel": "the desk is not in that channel",
    "missing_scope": "the desk may not read channels of this kind",
    "no_permission": "the desk may not read that channel",
    "access_denied": "the desk may not read that channel",
    "not_allowed_token_type": "the desk may not read that channel",
    "message_not_found": "it was deleted",
    "thread_not_found": "it was deleted",
}
_NO_LINK = frozenset(_GONE) | {"invalid_auth_scope", "method_not_supported_for_channel_type"}
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_LATER = frozenset({"ratelimited", "rate_limited"})
_NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found", "no_such_usergroup", "plan_upgrade_required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """What the token is of: a workspace, perhaps of an enterprise."""

    team: str
    enterprise: str


class SlackFinder:
    """Asks once, and not at all while Slack wants to be left alone with such questions; its faults are DeliveryErrors."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api: Api = PacedApi(api, Pacing(monotonic))
        self._clock = clock
        self._homes: dict[str, _Home] = {}

    async def person(self, lookup: Lookup, workspaces: Sequence[str]) -> Person:
        """As that one of the desk's own workspaces sees them where they belong, else as a stranger. Slack's page:
        reference/methods/users.info."""
        seen = list[Person]()
        waiting = [lookup.workspace] if lookup.workspace else list(workspaces) or [""]
        for workspace in waiting:
            try:
                found, home = await self._profile(lookup.subject, workspace)
            except SlackFault as fault:
                if fault.code in _NOBODY:
                    continue
                raise _delivery_error(fault) from fault
            if not found.stranger:
                return found
            seen.append(found)
            if home in workspaces and home not in waiting:
                waiting.append(home)
        if not seen:
            raise DeliveryError("Slack knows nobody by that id", permanent=True)
        return seen[0]

    async def members(self, lookup: Lookup, workspaces: Sequence[str]) -> frozenset[str]:
        """Slack's page: reference/methods/usergroups.users.list."""
        places = dict.fromkeys(filter(None, (lookup.workspace, *workspaces))) or [""]
        for workspace in places:
            team = workspace if workspace.startswith("T") else None
            arguments = {"usergroup": lookup.subject, "team_id": team}
            try:
                answer = await self._api.call("usergroups.users.list", workspace, arguments)
            except SlackFault as fault:
                if fault.code in _NO_GROUP:
                    continue
                raise _delivery_error(fault) from fault
            found = items(answer, "users")[:MOST_MEMBERS]
            return frozenset(person_in({"user": one}, "user") for one in found) - {""}
        raise DeliveryError("Slack knows no such group", permanent=True)

    async def message(self, lookup: Lookup, workspaces: Sequence[str]) -> bytes:
        """One that stands in a thread is found there: its link says in which."""
        room, _, stamp = lookup.subject.partition("/")
        workspace = lookup.workspace or next(iter(workspaces), "")
        try:
            link = await self._link(room, stamp, workspace)
            said = await self._said(room, stamp, link, workspace)
            shared = await self._shared(room, workspace)
        except SlackFault as fault:
            raise _delivery_error(fault, _GONE) from fault
        if said is None:
            raise DeliveryError("it was deleted", permanent=True)
        return _found(lookup, said, link=link, shared=shared)

    def unread(self, lookup: Lookup, why_not: str) -> bytes:
        stamp = lookup.subject.partition("/")[2]
        return _found(lookup, {"ts": stamp}, why_not=why_not)

    async def _profile(self, person: str, workspace: str) -> tuple[Person, str]:
        """With the id of the workspace that they are of."""
        own = await self._home(workspace)
        now = self._clock()
        user = inside(await self._api.call("users.info", workspace, {"user": person, "include_locale": True}), "user")
        if text(user, "id") != person:
            raise DeliveryError("Slack answered about somebody else", permanent=False)
        stranger = _is_stranger(user, own)
        bot = flag(user, "is_bot") or flag(user, "is_workflow_bot") or person == _SLACKBOT
        guest = flag(user, "is_restricted") or flag(user, "is_ultra_restricted")
        gone = flag(user, "deleted")
        proves = not (stranger or bot or guest or gone or flag(user, "is_invited_user"))
        language, zone = _LANGUAGE.match(text(user, "locale")), text(user, "tz")
        found = Person(
            id=person,
            workspace=workspace or own.team,
            name=_name(user),
            mail=_mail(user) if proves else "",
            language=language[1].lower() if language is not None else "",
            time_zone=zone if _ZONE.match(zone) else "",
            guest=guest,
            stranger=stranger,
            bot=bot,
            deactivated=gone,
            looked_up_at=now,
        )
        return found, text(user, "team_id")

    async def _home(self, workspace: str) -> _Home:
        """Asked of Slack, not taken from an event: in a shared channel an event may name the other company."""
        if workspace not in self._homes:
            answer = await self._api.call("auth.test", workspace, {})
            home = _Home(team=text(answer, "team_id"), enterprise=text(answer, "enterprise_id"))
            if not home.team and not home.enterprise:
                raise DeliveryError("Slack does not say which workspace the token is of", permanent=False)
            self._homes[workspace] = home
        return self._homes[workspace]

    async def _shared(self, room: str, workspace: str) -> bool | None:
        """Do others read along there? None where Slack does not say. Its page: reference/methods/conversations.info."""
        try:
            channel = inside(await self._api.call("conversations.info", workspace, {"channel": room}), "channel")
        except SlackFault as fault:
            if fault.code in _LATER:
                raise
            return None
        return flag(channel, "is_ext_shared") or flag(channel, "is_pending_ext_shared") if text(channel, "id") else None

    async def _link(self, room: str, stamp: str, workspace: str) -> str:
        """Empty where there is none for us: what is asked next says why."""
        try:
            answer = await self._api.call("chat.getPermalink", workspace, {"channel": room, "message_ts": stamp})
        except SlackFault as fault:
            if fault.code in _NO_LINK:
                return ""
            raise
        link = text(answer, "permalink")
        return link if link.startswith("https://") and len(link) <= _LONGEST_LINK and link.isprintable() else ""

    async def _said(self, room: str, stamp: str, link: str, workspace: str) -> Json | None:
        """Slack's pages: reference/methods/conversations.history and conversations.replies."""
        one = {"channel": room, "oldest": stamp, "latest": stamp, "inclusive": True, "limit": 1}
        thread = _THREAD.search(link)
        root = thread[1] if thread is not None else ""
        if root in ("", stamp):
            said = _named(stamp, await self._api.call("conversations.history", workspace, one))
            if said is not None or root:
                return said
        # The root comes along with whatever is asked of its thread.
        in_thread = {**one, "ts": root or stamp, "limit": 2}
        try:
            return _named(stamp, await self._api.call("conversations.replies", workspace, in_thread))
        except SlackFault as fault:
            if fault.code in ("thread_not_found", "message_not_found"):
                return None
            raise


def _named(stamp: str, answer: Json) -> Json | None:
    return next((inside(one) for one in items(answer, "messages") if text(one, "ts") == stamp), None)


def _found(lookup: Lookup, said: Json, *, link: str = "", why_not: str = "", shared: bool | None = None) -> bytes:
    found = {
        "message": said,
        "room": lookup.subject.partition("/")[0],
        "workspace": lookup.workspace,
        "by": lookup.by,
        "author": lookup.author,
        "link": link,
        "why_not": why_not,
        "shared": shared,
    }
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")


def _is_stranger(user: Json, own: _Home) -> bool:
    """`is_stranger` alone does not say so: Slack sets it of nobody whose shared channel the desk is in."""
    if flag(user, "is_stranger"):
        return True
    grid = inside(user, "enterprise_user")
    teams = {text({"team": one}, "team") for one in (*items(grid, "teams"), text(user, "team_id"))} - {""}
    return own.team not in teams and (not own.enterprise or text(grid, "enterprise_id") != own.enterprise)


def _mail(user: Json) -> str:
    """Empty where Slack says that nobody has confirmed it."""
    mail = text(user, "profile", "email")
    if at(user, "is_email_confirmed") is False or at(user, "profile", "is_email_confirmed") is False:
        return ""
    try:
        return address_of(AddressKind.EMAIL, mail).value
    except ValueError:
        return ""


def _name(user: Json) -> str:
    names = (
        text(user, "profile", "real_name"),
        text(user, "profile", "display_name"),
        text(user, "real_name"),
        text(user, "name"),
    )
    lines = ("".join(sign if sign.isprintable() else " " for sign in name[:1_000]) for name in names)
    return next((line for one in lines if (line := " ".join(one.split())[:_LONGEST_NAME])), "")


def _delivery_error(fault: SlackFault, gone: Mapping[str, str] | None = None) -> DeliveryError:
    """`ratelimited` is no attempt: nobody has looked."""
    if gone is not None and fault.code in gone:
        return DeliveryError(f"{gone[fault.code]} ({fault.code})", permanent=True)
    return DeliveryError(f"Slack: {fault.code}", permanent=False, retry_after=fault.retry_after, tried=fault.code not in _LATER)
