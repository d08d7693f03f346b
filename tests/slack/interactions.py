"""What people press, send off and type after a slash, as Slack tells of it; and what a lookup of the desk's own finds."""

from collections.abc import Mapping

from channels.slack.presses import COMMAND, SHORTCUT_MAKE, SHORTCUT_NEW, VIEW, Press, Pressed, to_value
from tests.slack.ids import ANN, APP, BOT_ID, BOT_USER, GENERAL, HELP, KIM, TEAM, TRIAGE, Payload, bare, ts


def press(
    what: Press | str,
    pressed: Pressed | None = None,
    *,
    user: str = KIM,
    room: str = TRIAGE,
    at: str = "",
    thread: str = "",
    option: Pressed | None = None,
    action_ts: str = "1770000010.000200",
    trigger: str = "13.37.made-up",
    team: str = TEAM,
    name: str = "",
    view: Mapping[str, object] | None = None,
) -> Payload:
    """Somebody presses a button, or (with `option`) chooses in a menu, of a message or (with `view`) of a home."""
    action: Payload = {"action_id": str(what), "block_id": "b1", "action_ts": action_ts}
    if option is not None:
        chosen = {"text": {"type": "plain_text", "text": "x"}, "value": to_value(option)}
        action.update(type="static_select", selected_option=chosen)
    else:
        action.update(type="button", text={"type": "plain_text", "text": "x"}, value=to_value(pressed) if pressed else "")
    stamp = at or ts(5)
    where: Payload = (
        {"container": {"type": "view", "view_id": str(view.get("id", "V0HOME00001"))}, "view": dict(view)}
        if view is not None
        else {
            "container": {"type": "message", "message_ts": stamp, "channel_id": room, "is_ephemeral": False},
            "channel": {"id": room, "name": "privategroup"},
            "message": {
                "type": "message",
                "user": BOT_USER,
                "bot_id": BOT_ID,
                "app_id": APP,
                "ts": stamp,
                "text": "x",
                **({"thread_ts": thread} if thread else {}),
            },
        }
    )
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "kim", "name": name or "kim", "team_id": team},
        "api_app_id": APP,
        "token": "unused",
        "trigger_id": trigger,
        "team": {"id": team, "domain": "desk"},
        "enterprise": None,
        "is_enterprise_install": False,
        **where,
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/made-up",
        "actions": [action],
    }


def submission(
    what: Press | str,
    values: Mapping[str, object] | None = None,
    *,
    private: str = "",
    user: str = KIM,
    view_id: str = "V0FORM00001",
    hash: str = "1770000020.aaaa",
    team: str = TEAM,
    kind: str = "view_submission",
) -> Payload:
    """A form is sent off. `values`: block id -> action id -> what its element holds, as Slack nests them."""
    return {
        "type": kind,
        "team": {"id": team, "domain": "desk"},
        "user": {"id": user, "username": "kim", "name": "kim", "team_id": team},
        "api_app_id": APP,
        "token": "unused",
        "trigger_id": "14.37.made-up",
        "view": {
            "id": view_id,
            "team_id": team,
            "type": "modal",
            "blocks": [],
            "private_metadata": private,
            "callback_id": f"{VIEW}/{what}",
            "state": {"values": dict(values or {})},
            "hash": hash,
            "title": {"type": "plain_text", "text": "x"},
            "root_view_id": view_id,
            "previous_view_id": None,
            "app_id": APP,
            "bot_id": BOT_ID,
        },
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def shortcut_new(*, user: str = ANN, trigger: str = "15.37.made-up") -> Payload:
    """The global shortcut "New request"."""
    return {
        "type": "shortcut",
        "token": "unused",
        "action_ts": "1770000030.000300",
        "team": {"id": TEAM, "domain": "desk"},
        "user": {"id": user, "username": "ann", "team_id": TEAM},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": SHORTCUT_NEW,
        "trigger_id": trigger,
    }


def shortcut_make(on: Mapping[str, object], *, user: str = KIM, room: str = HELP, trigger: str = "16.37.made-up") -> Payload:
    """The shortcut "Make a ticket" on a message (`said`)."""
    what = bare(on)
    return {
        "type": "message_action",
        "token": "unused",
        "action_ts": "1770000031.000300",
        "team": {"id": TEAM, "domain": "desk"},
        "user": {"id": user, "username": "kim", "team_id": TEAM, "name": "kim"},
        "channel": {"id": room, "name": "directmessage" if room.startswith("D") else "somewhere"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": SHORTCUT_MAKE,
        "trigger_id": trigger,
        "response_url": "https://hooks.slack.com/app/made-up",
        "message_ts": str(what["ts"]),
        "message": what,
    }


def command(text: str = "", *, user: str = ANN, room: str = GENERAL, trigger: str = "17.37.made-up") -> dict[str, str]:
    """The fields of a slash command."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "team_domain": "desk",
        "channel_id": room,
        "channel_name": "general",
        "user_id": user,
        "user_name": "ann",
        "command": COMMAND,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/made-up",
        "trigger_id": trigger,
    }


def found(
    on: Mapping[str, object] | None,
    *,
    by: str = KIM,
    author: str = ANN,
    room: str = GENERAL,
    at: str = "",
    link: str = "https://desk.slack.com/archives/C0GENERAL01/p1770000000000100",
    why_not: str = "",
) -> Payload:
    """What a lookup of a marked message brings."""
    what = bare(on) if on is not None else {"ts": at or ts(0)}
    return {
        "message": what,
        "room": room,
        "workspace": TEAM,
        "by": by,
        "author": author,
        "link": link,
        "why_not": why_not,
    }
