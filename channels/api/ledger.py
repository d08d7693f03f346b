"""The ledger: every input, what became of it, its very bytes, and running it again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from channels.api import records as r
from channels.api import shapes
from channels.api.asking import Asking, needs
from channels.api.behind import Desk
from channels.api.bodies import LARGEST_NUMBER
from channels.api.openapi import OF_ONE, problems
from channels.api.pages import Page, Paged, page
from channels.api.tickets import BYTES, as_download
from intake.desk.permissions import HOLDS, Permission
from intake.desk.reading import Reader
from intake.domain.errors import NotFound
from intake.domain.receipt import LedgerEntry, Outcome

REPLAYED = {**OF_ONE, **problems(413)}

router = APIRouter(prefix="/ledger")

Id = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]


class LedgerWanted(Paged):
    outcome: Outcome | None = None


@router.get("", dependencies=[needs(Permission.SEE_LEDGER)], summary="What came in, the newest first")
def ledger(wanted: Annotated[LedgerWanted, Query()], desk: Desk) -> Page[r.LedgerEntry]:
    with desk.library.looking() as reader:
        entries = reader.ledger(outcome=wanted.outcome, before=wanted.before, limit=wanted.limit + 1)
    return page(entries, wanted.limit, lambda entry: entry.id, shapes.ledger_entry)


@router.get("/{id}", dependencies=[needs(Permission.SEE_LEDGER)], responses=OF_ONE, summary="One input")
def entry(id: Id, asking: Asking, desk: Desk) -> r.LedgerEntryInFull:
    """`fault` is for whoever may mend it."""
    with desk.library.looking() as reader:
        found = shapes.ledger_entry_in_full(_entry(id, reader))
    if asking.principal.role not in HOLDS[Permission.REPLAY]:
        found["fault"] = None
    return found


@router.get(
    "/{id}/raw",
    dependencies=[needs(Permission.SEE_RAW_INPUT)],
    responses={**OF_ONE, **BYTES},
    response_class=Response,
    summary="An input as it came",
)
def raw(id: Id, desk: Desk) -> Response:
    with desk.library.looking() as reader:
        content = reader.raw(_entry(id, reader))
    return as_download(content, f"ledger-{id}.bin")


@router.post("/{id}/replay", dependencies=[needs(Permission.REPLAY)], responses=REPLAYED, summary="Run it again")
async def replay(id: Id, desk: Desk) -> r.Receipt:
    """After whatever it failed on was mended. Anything that is not in quarantine keeps its receipt (`duplicate`)."""
    return shapes.receipt(await desk.office.replay(id))


def _entry(id: int, reader: Reader) -> LedgerEntry:
    found = reader.entry(id)
    if found is None:
        raise NotFound(f"There is no ledger entry {id}")
    return found
