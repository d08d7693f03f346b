"""Files to Slack, in its three steps: an address, the bytes, and the thread where they belong."""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.slack.json_value import text
from channels.slack.vendor.api import Api, SlackFault

MOST_FILES = 10
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    name: str
    content: bytes


async def upload(api: Api, workspace: str, files: Sequence[UploadedFile], *, room: str, thread: str) -> None:
    """All in one message. An empty file, which Slack takes from nobody, is left out. Raises SlackFault."""
    named = []
    for file in files:
        if file.content:
            arguments = {"filename": file.name[:_LONGEST_NAME] or "file", "length": len(file.content)}
            answer = await api.call("files.getUploadURLExternal", workspace, arguments)
            url, name = text(answer, "upload_url"), text(answer, "file_id")
            if not url or not name:
                raise SlackFault("http_200", method="files.getUploadURLExternal")
            await api.post_bytes(url, file.content)
            named.append({"id": name, "title": file.name[:_LONGEST_NAME] or "file"})
    for start in range(0, len(named), MOST_FILES):
        some = named[start : start + MOST_FILES]
        arguments = {"files": some, "channel_id": room, "thread_ts": thread}
        await api.call("files.completeUploadExternal", workspace, arguments)
