"""The methods of Slack's Web API, as a double answers them: each checks what it is given."""

from collections.abc import Callable, Mapping

from tests.slack.block_checker import check_message, check_view
from tests.slack.ids import APP, BOT_ID, BOT_USER, TEAM
from tests.slack.slack_state import PUBLIC, Arguments, Refused, SlackState


def _auth(double: SlackState, asked: Arguments) -> Arguments:
    return {"team_id": TEAM, "team": "Desk", "user_id": BOT_USER, "bot_id": BOT_ID, "url": double.url, "user": "desk"}


def _posted(double: SlackState, asked: Arguments) -> Arguments:
    room = str(asked.get("channel", ""))
    if room[:1] in {"U", "W"}:
        room = double.room_of(room)
    if not room:
        raise Refused("channel_not_found")
    check_message(asked.get("text"), asked.get("blocks"))
    thread = asked.get("thread_ts")
    assert not thread or any(one["ts"] == thread for one in double.posted(room)), "a thread that is none"
    kept = {name: value for name, value in asked.items() if name in {"text", "blocks", "metadata", "thread_ts"}}
    message: Arguments = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, **kept, "ts": double.next_ts()}
    double.messages.setdefault(room, []).append(message)
    return {"channel": room, "ts": message["ts"], "message": message}


def _updated(double: SlackState, asked: Arguments) -> Arguments:
    check_message(asked.get("text"), asked.get("blocks"))
    for message in double.posted(str(asked["channel"])):
        if message["ts"] == asked["ts"]:
            message |= {name: value for name, value in asked.items() if name in {"text", "blocks", "metadata"}}
            return {"channel": asked["channel"], "ts": asked["ts"]}
    raise Refused("message_not_found")


def _whispered(double: SlackState, asked: Arguments) -> Arguments:
    check_message(asked.get("text"), asked.get("blocks"))
    double.ephemeral.append(asked)
    return {"message_ts": double.next_ts()}


def _opened_room(double: SlackState, asked: Arguments) -> Arguments:
    user = str(asked["users"])
    if double.refuses.get(f"dm {user}"):
        raise Refused(double.refuses[f"dm {user}"])
    return {"channel": {"id": double.room_of(user)}}


def _room(double: SlackState, asked: Arguments) -> Arguments:
    room = str(asked["channel"])
    if room in double.rooms:
        return {"channel": {"id": room, **double.rooms[room]}}
    return {"channel": {"id": room, "is_private": room != PUBLIC, "is_ext_shared": False, "is_member": True}}


def _history(double: SlackState, asked: Arguments) -> Arguments:
    found = [one for one in double.posted(str(asked["channel"])) if one.get("thread_ts") in {None, one["ts"]}]
    return _paged(double, list(reversed(found)), asked)


def _replies(double: SlackState, asked: Arguments) -> Arguments:
    root = asked["ts"]
    found = [one for one in double.posted(str(asked["channel"])) if root in {one["ts"], one.get("thread_ts")}]
    if not found:
        raise Refused("thread_not_found")
    return _paged(double, found, asked)


def _paged(double: SlackState, found: list[Arguments], asked: Arguments) -> Arguments:
    oldest, latest = float(str(asked.get("oldest", 0))), float(str(asked.get("latest") or 1e12))
    inside = [one for one in found if oldest <= float(str(one["ts"])) <= latest]
    start, limit = int(str(asked.get("cursor") or 0)), min(int(str(asked.get("limit", 100))), double.page)
    page = inside[start : start + limit]
    if asked.get("include_all_metadata") != "true":
        page = [{name: value for name, value in one.items() if name != "metadata"} for one in page]
    more = str(start + limit) if start + limit < len(inside) else ""
    return {"messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}


def _user(double: SlackState, asked: Arguments) -> Arguments:
    if asked["user"] not in double.users:
        raise Refused("user_not_found")
    return {"user": double.users[str(asked["user"])]}


def _viewed(double: SlackState, asked: Arguments) -> Arguments:
    """Opened or pushed by a trigger, or updated by its id and the hash that was seen."""
    check_view(asked["view"])
    known = double.views.get(str(asked.get("view_id", "")))
    if "view_id" in asked and known is None:
        raise Refused("not_found")
    if known is not None and "hash" in asked and asked["hash"] != known["hash"]:
        raise Refused("hash_conflict")
    double.made += 1
    view = asked["view"]
    assert isinstance(view, dict)
    name = str(asked.get("view_id") or f"V{double.made:06d}")
    double.views[name] = {**view, "id": name, "hash": f"{double.made}.hash"}
    return {"view": double.views[name]}


def _homed(double: SlackState, asked: Arguments) -> Arguments:
    check_view(asked["view"])
    double.homes[str(asked["user_id"])] = asked
    return {"view": {"id": "V0HOME", "hash": "1.home"}}


def _upload_url(double: SlackState, asked: Arguments) -> Arguments:
    assert int(str(asked["length"])) > 0, "an empty file"
    double.made += 1
    name = f"F{double.made:06d}"
    double.files[name] = {"id": name, "name": asked["filename"], "size": int(str(asked["length"]))}
    return {"upload_url": f"{double.url}/upload/{name}", "file_id": name}


def _uploaded(double: SlackState, asked: Arguments) -> Arguments:
    """Bytes that never came are no file. They stand in a message of their own, in that thread."""
    files = asked["files"]
    assert isinstance(files, list)
    names = [str(one["id"]) for one in files]
    for name in names:
        if len(double.uploads.get(name, b"")) != double.files[name]["size"]:
            raise Refused("file_not_found")
    room = str(asked.get("channel_id", ""))
    said: Arguments = {"files": [double.files[name] for name in names], "user": BOT_USER, "bot_id": BOT_ID}
    if asked.get("thread_ts"):
        said["thread_ts"] = asked["thread_ts"]
    double.messages.setdefault(room, []).append({"type": "message", "text": "", "ts": double.next_ts(), **said})
    return {"files": [double.files[name] for name in names]}


def _members(double: SlackState, asked: Arguments) -> Arguments:
    if asked["usergroup"] not in double.groups:
        raise Refused("no_such_subteam")
    return {"users": double.groups[str(asked["usergroup"])]}


def _file(double: SlackState, asked: Arguments) -> Arguments:
    if asked["file"] not in double.files:
        raise Refused("file_not_found")
    return {"file": double.files[str(asked["file"])]}


def _link(double: SlackState, asked: Arguments) -> Arguments:
    room, stamp = str(asked["channel"]), str(asked["message_ts"])
    root = next((one.get("thread_ts") for one in double.posted(room) if one["ts"] == stamp), None)
    thread = f"?thread_ts={root}&cid={room}" if root else ""
    return {"permalink": f"https://desk.slack.com/archives/{room}/p{stamp.replace('.', '')}{thread}", "channel": room}


METHODS: Mapping[str, Callable[[SlackState, Arguments], Arguments]] = {
    "auth.test": _auth,
    "chat.postMessage": _posted,
    "chat.update": _updated,
    "chat.postEphemeral": _whispered,
    "chat.getPermalink": _link,
    "conversations.open": _opened_room,
    "conversations.info": _room,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "users.info": _user,
    "usergroups.users.list": _members,
    "views.open": _viewed,
    "views.push": _viewed,
    "views.update": _viewed,
    "views.publish": _homed,
    "files.getUploadURLExternal": _upload_url,
    "files.completeUploadExternal": _uploaded,
    "files.info": _file,
}
