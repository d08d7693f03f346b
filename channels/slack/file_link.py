"""Where a file of Slack's lies, in one line: its address, and behind a `#` the workspace whose token opens it and its id."""

import re
from dataclasses import dataclass

UNKNOWN = "https://files.slack.com/"  # a file whose address Slack tells only when it is asked (`check_file_info`)
_FRAGMENT = re.compile(r"([TE][A-Z0-9]{1,39})?/(F[A-Z0-9]{1,39})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """`workspace` and `file` may be empty; an `address` of UNKNOWN has to be looked up by `file`."""

    address: str
    workspace: str = ""
    file: str = ""


def to_link(link: FileLink) -> str:
    return f"{link.address.partition('#')[0]}#{link.workspace}/{link.file}"


def read_link(link: str) -> FileLink:
    """Any text: what `to_link` has not written names no workspace and no file."""
    address, _, fragment = link.partition("#")
    found = _FRAGMENT.match(fragment)
    if found is None:
        return FileLink(address=address)
    return FileLink(address=address, workspace=found[1] or "", file=found[2] or "")
