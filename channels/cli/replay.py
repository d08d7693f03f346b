"""`intake replay`: runs quarantined inputs again, after whatever they failed on was mended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from channels.api import shapes
from channels.cli.settings import read_settings
from channels.cli.store import demand_store, paged, reading
from channels.cli.terminal import complain, in_one_line, say, show_styled
from channels.serve.back_office import run_again
from channels.serve.compose import Parts, Settings, put_together
from intake.domain.errors import NotFound
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import spoken
from storage.migrate import demand_current


def replay(ids: Sequence[int], *, as_json: bool) -> int:
    """How many of them are unknown, or still in quarantine. Running it again changes nothing."""
    settings = read_settings()
    with _at_the_desk(settings) as parts:
        return sum(not _replay_one(number, parts, as_json=as_json) for number in dict.fromkeys(ids))


def replay_all(*, as_json: bool) -> int:
    """Oldest first. How many are still in quarantine."""
    settings = read_settings()
    with reading(settings.desk) as store:
        entries = paged(
            lambda before, limit: store.ask(
                lambda reader: reader.ledger(outcome=Outcome.QUARANTINED, before=before, limit=limit)
            ),
            lambda entry: entry.id,
            None,
        )
        ids = sorted(entry.id for entry in entries)
    if not ids:
        if not as_json:
            say("Nothing is in quarantine.")
        return 0
    with _at_the_desk(settings) as parts:
        left = sum(not _replay_one(number, parts, as_json=as_json) for number in ids)
    if not as_json:
        say(f"{len(ids) - left} of {len(ids)} went through{f'; {left} still in quarantine' if left else ''}.")
    return left


@contextmanager
def _at_the_desk(settings: Settings) -> Iterator[Parts]:
    demand_store(settings.desk)
    parts = put_together(settings)
    try:
        demand_current(parts.store.engine)
        parts.classifier.take_up(parts.store)
        yield parts
    finally:
        parts.store.close()


def _replay_one(id: int, parts: Parts, *, as_json: bool) -> bool:
    """Whether it went through, now or earlier."""
    try:
        receipt = run_again(id, parts)
    except NotFound as fault:
        complain(str(fault))
        if as_json:
            say(shapes.json_line(shapes.refused(id, str(fault))))
        return False
    if as_json:
        say(shapes.json_line(shapes.receipt(receipt)))
    else:
        show_styled(in_one_line(_in_words(receipt)), receipt.outcome.value)
    return receipt.outcome is not Outcome.QUARANTINED


def _in_words(receipt: Receipt) -> str:
    became = f"{receipt.outcome.value}{f' {spoken(receipt.ticket)}' if receipt.ticket is not None else ''}"
    why = f": {receipt.reason}" if receipt.reason else ""
    if receipt.outcome is Outcome.QUARANTINED:
        return f"{receipt.id}  still in quarantine{why}"
    return f"{receipt.id}  {'was not in quarantine: ' if receipt.duplicate else ''}{became}{why}"
