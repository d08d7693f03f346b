"""The files of a Slack message: what there is to fetch, and what only is elsewhere."""

from dataclasses import dataclass

from channels.slack.file_link import UNKNOWN, FileLink, to_link
from channels.slack.json_value import Json, flag, inside, items, text
from intake.domain.remote_file import RemoteFile

MOST_FILES = 10
MOST_LOOKED_AT = 100
_LONGEST_NAME = 200
_LONGEST_URL = 2_000
_GONE = frozenset({"tombstone", "hidden_by_limit"})  # modes of a file that Slack no longer gives out
_ASK = "check_file_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """`links` are lines for people: what lies outside of Slack (another company's drive) is not fetched."""

    remote: tuple[RemoteFile, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def files_of(message: Json, workspace: str) -> Files:
    """The first ten; how many are left out is a note."""
    remote: list[RemoteFile] = []
    links: list[str] = []
    notes: list[str] = []
    found = [inside(one) for one in items(message, "files")[:MOST_LOOKED_AT]]
    for one in found[:MOST_FILES]:
        name = _line(text(one, "name") or text(one, "title"))[:_LONGEST_NAME] or "file"
        url = (text(one, "url_private_download") or text(one, "url_private"))[:_LONGEST_URL]
        asks = text(one, "file_access") == _ASK
        if text(one, "mode") in _GONE:
            notes.append(f"its file {name} is no longer there")
        elif flag(one, "is_external") or text(one, "mode") == "external":
            links.append(f"{name} ({text(one, 'url_private')[:_LONGEST_URL] or text(one, 'permalink')[:_LONGEST_URL]})")
        elif asks or url.startswith(("https://", "http://")):
            link = FileLink(address=UNKNOWN if asks else url, workspace=workspace, file=text(one, "id")[:40])
            kind = _line(text(one, "mimetype")).lower()[:100] or "application/octet-stream"
            remote.append(RemoteFile(url=to_link(link), content_type=kind, name=name))
        else:
            notes.append(f"its file {name} has no address")
    if len(found) > MOST_FILES:
        notes.append(f"{len(found) - MOST_FILES} of its files are left out: {MOST_FILES} are taken in")
    return Files(remote=tuple(remote), links=tuple(links), notes=tuple(notes))


def _line(words: str) -> str:
    return " ".join(words.split())
