"""What callers and texts said while the store was away: does it still lie on the disk, and could it be kept there at all?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from channels.cli.check_store import check_data_folder
from channels.cli.finding import Finding, fault, warning
from channels.cli.terminal import counted
from channels.phone.settings import TwilioSettings
from channels.serve.settings import DeskSettings
from channels.serve.spool import FOLDER
from channels.serve.spool_file import ASIDE

ABOUT = "spool"


def check_spool(desk: DeskSettings, phone: TwilioSettings) -> Iterator[Finding]:
    """Also of a desk that has no phone any more: what it still owed must not be forgotten."""
    if phone.is_on and not desk.embedded:
        yield from check_data_folder(desk)
    folder = desk.data_dir / FOLDER
    try:
        files = [path for path in folder.rglob("*") if path.is_file()]
    except OSError as trouble:
        yield fault(ABOUT, f"{folder} cannot be read: {trouble.strerror}", "chown it to the user that runs the desk")
        return
    if waiting := _waiting(files):
        says = f"{counted(len(waiting), 'input')} of callers and texts in {folder}, and not in the store yet"
        yield warning(ABOUT, says, "the desk books them by itself when it runs and reaches its store: do not delete them")
    if junk := [path for path in files if path.parent.name == ASIDE]:
        says = f"{counted(len(junk), 'file')} in {junk[0].parent} that the desk cannot read"
        yield warning(ABOUT, says, "look into them: somebody may have said this to the desk. Then take them away")


def _waiting(files: Sequence[Path]) -> Sequence[Path]:
    return [path for path in files if path.suffix == ".json" and path.parent.name != ASIDE]
