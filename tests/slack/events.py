"""What happens in a workspace, as the Events API tells of it."""

from collections.abc import Mapping, Sequence

from tests.slack.ids import (
    ANN,
    APP,
    BOT_ID,
    BOT_USER,
    DIRECT,
    GENERAL,
    HELP,
    KIM,
    OTHER_BOT,
    TEAM,
    Payload,
    bare,
    channel_type,
    ts,
)


def event(
    inner: Mapping[str, object],
    *,
    id: str = "Ev0000000001",
    team: str | None = TEAM,
    enterprise: str | None = None,
    org_wide: bool = False,
    shared: bool = False,
    bot: str = BOT_USER,
) -> Payload:
    """The envelope of the Events API around what happened."""
    return {
        "token": "unused",
        "team_id": team or TEAM,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "context_team_id": team or TEAM,
        "api_app_id": APP,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": id,
        "event_time": 1_770_000_000,
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if org_wide else team,
                "user_id": bot,
                "is_bot": True,
                "is_enterprise_install": org_wide,
            }
        ],
        "is_ext_shared_channel": shared,
    }


def said(
    text: str = "The printer is out of paper",
    *,
    user: str = ANN,
    room: str = HELP,
    at: str = "",
    thread: str = "",
    subtype: str = "",
    files: Sequence[Mapping[str, object]] = (),
    blocks: Sequence[Mapping[str, object]] = (),
    attachments: Sequence[Mapping[str, object]] = (),
    user_team: str = "",
    edited: str = "",
) -> Payload:
    """What was said, as it stands in events, in `conversations.history` and in shortcuts."""
    stamp = at or ts(0)
    return {
        "user": user,
        "type": "message",
        "ts": stamp,
        "client_msg_id": "made-up",
        "text": text,
        "team": user_team or TEAM,
        **({"user_team": user_team, "source_team": user_team} if user_team else {}),
        **({"thread_ts": thread, "parent_user_id": ANN} if thread else {}),
        **({"subtype": subtype} if subtype else {}),
        **({"files": [dict(file) for file in files], "upload": False} if files else {}),
        **({"blocks": [dict(block) for block in blocks]} if blocks else {}),
        **({"attachments": [dict(one) for one in attachments]} if attachments else {}),
        **({"edited": {"user": user, "ts": edited}} if edited else {}),
        "channel": room,
        "event_ts": stamp,
        "channel_type": channel_type(room),
    }


def message(text: str = "The printer is out of paper", *, id: str = "", shared: bool = False, **inner: object) -> Payload:
    """The event of it. `inner` as `said` takes it."""
    what = _said(text, inner)
    return event(what, id=id or f"EvM{str(what['ts']).replace('.', '')}", shared=shared)


def direct_message(text: str, *, user: str = ANN, room: str = DIRECT, **inner: object) -> Payload:
    what = _said(text, {"user": user, "room": room, **inner})
    return event(what, id=f"EvM{str(what['ts']).replace('.', '')}")


def app_mention(text: str, *, id: str = "", shared: bool = False, **inner: object) -> Payload:
    """The second event of a message that mentions the desk; it has another id."""
    what = {**_said(text, inner), "type": "app_mention"}
    return event(what, id=id or f"EvA{str(what['ts']).replace('.', '')}", shared=shared)


def bot_message(text: str, *, bot: str = OTHER_BOT, user: str = "", **inner: object) -> Payload:
    """What another program posts."""
    what = {**_said(text, inner), "bot_id": bot, "app_id": "A0OTHER0001", "user": user}
    if not user:
        what.update(subtype="bot_message", username="deploys")
        del what["user"]
    return event(what, id=f"EvB{str(what['ts']).replace('.', '')}")


def own_message(text: str, **inner: object) -> Payload:
    """What the desk itself has posted."""
    what = {**_said(text, {"user": BOT_USER, **inner}), "bot_id": BOT_ID, "app_id": APP, "bot_profile": {"app_id": APP}}
    return event(what, id=f"EvO{str(what['ts']).replace('.', '')}")


def changed(
    text: str,
    *,
    before: str,
    at: str = "",
    edited: str = "",
    id: str = "",
    room: str = HELP,
    **inner: object,
) -> Payload:
    """Somebody edits what they said. Without `edited` only Slack has touched it (it unfurls a link)."""
    stamp = at or ts(0)
    old = bare(_said(before, {"room": room, "at": stamp, **inner}))
    new = bare(_said(text, {"room": room, "at": stamp, "edited": edited, **inner}))
    return _hidden("message_changed", room, {"message": new, "previous_message": old}, id or f"EvE{stamp}{edited}")


def deleted(
    *, before: str = "The printer is out of paper", at: str = "", id: str = "", room: str = HELP, **inner: object
) -> Payload:
    stamp = at or ts(0)
    old = bare(_said(before, {"room": room, "at": stamp, **inner}))
    return _hidden("message_deleted", room, {"deleted_ts": stamp, "previous_message": old}, id or f"EvD{stamp}")


def reaction(
    emoji: str = "ticket",
    *,
    user: str = KIM,
    author: str = ANN,
    room: str = HELP,
    at: str = "",
    id: str = "",
    shared: bool = False,
) -> Payload:
    stamp = at or ts(0)
    inner = {
        "type": "reaction_added",
        "user": user,
        "reaction": emoji,
        **({"item_user": author} if author else {}),
        "item": {"type": "message", "channel": room, "ts": stamp},
        "event_ts": ts(9),
    }
    return event(inner, id=id or f"EvR{stamp}{emoji}{user}", shared=shared)


def file(
    name: str = "error.png", *, id: str = "F0FILE00001", mime: str = "image/png", size: int = 70, **more: object
) -> Payload:
    """As it stands in a message (`file_share`)."""
    return {
        "id": id,
        "name": name,
        "title": name,
        "mimetype": mime,
        "filetype": name.rpartition(".")[2],
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "file_access": "visible",
        "url_private": f"https://files.slack.com/files-pri/{TEAM}-{id}/{name}",
        "url_private_download": f"https://files.slack.com/files-pri/{TEAM}-{id}/download/{name}",
        **more,
    }


def file_share(text: str = "", *, files: Sequence[Mapping[str, object]] | None = None, **inner: object) -> Payload:
    what = _said(text, {"files": [file()] if files is None else files, "subtype": "file_share", **inner})
    return event(what, id=f"EvF{str(what['ts']).replace('.', '')}")


def forwarded(text: str, *, by: str = "Kim Roe", room: str = GENERAL, at: str = "") -> Payload:
    """The attachment by which Slack shows a message that somebody forwards."""
    stamp = at or ts(-60)
    return {
        "is_msg_unfurl": True,
        "is_share": True,
        "channel_id": room,
        "ts": stamp,
        "author_name": by,
        "author_id": KIM,
        "text": text,
        "fallback": f"[date] {by}: {text}",
        "from_url": f"https://desk.slack.com/archives/{room}/p{stamp.replace('.', '')}",
    }


def home_opened(*, user: str = ANN) -> Payload:
    inner = {"type": "app_home_opened", "user": user, "channel": DIRECT, "tab": "home", "event_ts": ts(40)}
    return event(inner, id="EvHome000001")


def _said(text: str, inner: Mapping[str, object]) -> Payload:
    return said(text, **inner)  # type: ignore[arg-type] # its names are those of `said`


def _hidden(subtype: str, room: str, inside: Mapping[str, object], id: str) -> Payload:
    inner = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": room,
        "channel_type": channel_type(room),
        "ts": ts(50),
        "event_ts": ts(50),
        **inside,
    }
    return event(inner, id=id)
