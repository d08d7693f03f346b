"""The fitting, in a process of its own: it takes a processor for seconds, and mail does not wait for that.

The process is told what to learn from on stdin and answers on stdout, both as JSON; it knows no store and no setting.
"""

import asyncio
import base64
import binascii
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import BinaryIO, TypedDict

from classifier.labelled import LabelledText
from intake.domain.correction import JudgedText, Judgement
from intake.domain.errors import HelpdeskError, PolicyViolation
from intake.domain.label import Category, Kind, Level
from intake.domain.site_layer import Figures, FittedLayer

LARGEST = 4 << 20  # bytes of a layer
AT_MOST = 600.0  # seconds
COMMAND = (sys.executable, "-P", "-m", "channels.serve.study")  # not from the folder that the desk was started in
POLITE = 10  # how far it stands back behind whoever takes in mail: `nice`

Study = Callable[[Sequence[JudgedText]], FittedLayer]
StudyAside = Callable[[Sequence[JudgedText]], Awaitable[FittedLayer]]
_Row = tuple[str, str, str | None, int | None, int | None]


class _Task(TypedDict):
    texts: list[_Row]


class _Answer(TypedDict):
    refused: str  # why there is no layer; empty where there is one
    version: str
    based_on: str
    layer: str  # base64
    learnt_from: int
    held_out: int
    before: float
    after: float
    gained: int
    lost: int
    better: bool


def study(texts: Sequence[JudgedText]) -> FittedLayer:
    """Here and now; the newest text comes last. Raises PolicyViolation where there is too little to learn from, HelpdeskError
    for a layer that is too large to be kept."""
    from classifier.classify import TextClassifier  # noqa: PLC0415 - whoever only starts the process loads none of it
    from classifier.learning import learn  # noqa: PLC0415

    shipped = TextClassifier()
    lesson = learn([_labelled(judged) for judged in texts], shipped)
    if len(lesson.layer) > LARGEST:
        raise HelpdeskError(f"What was learnt takes {len(lesson.layer)} bytes: more than is kept")
    return FittedLayer(
        version=lesson.version,
        based_on=shipped.version,
        content=lesson.layer,
        figures=Figures(
            learnt_from=lesson.learnt_from,
            held_out=lesson.held_out,
            before=lesson.before,
            after=lesson.after,
            gained=lesson.gained,
            lost=lesson.lost,
        ),
        better=lesson.better,
    )


async def study_aside(texts: Sequence[JudgedText], command: Sequence[str] = COMMAND) -> FittedLayer:
    """In another process, which ends with this call whatever happens. Raises as `study` does, and HelpdeskError where that
    process fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is the desk's to hear
    )
    try:
        task = await asyncio.to_thread(_as_json, texts)
        async with asyncio.timeout(AT_MOST):
            out, err = await process.communicate(task)
    except TimeoutError as fault:
        raise HelpdeskError(f"Learning was not done in {AT_MOST:.0f} seconds") from fault
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise HelpdeskError(
            f"Learning failed ({_fault(err) or f'its process ended with {process.returncode}'}): see `intake learn`"
        )
    return await asyncio.to_thread(_fitted, out)


def _fault(err: bytes) -> str:
    """The name of the exception and no more: what it says may quote a message, and logs hold none."""
    name = err.decode("utf-8", "replace").strip().rpartition("\n")[2].partition(":")[0]
    return name if name.replace(".", "").replace("_", "").isalnum() else ""


def _environment() -> dict[str, str]:
    """The same code is found there, and none of the desk's secrets."""
    ours = {name: value for name, value in os.environ.items() if not name.upper().startswith("INTAKE_")}
    return ours | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def main(given: BinaryIO, answer: BinaryIO) -> None:
    task: _Task = json.load(given)
    texts = [_judged(row) for row in task["texts"]]
    try:
        fitted = study(texts)
    except PolicyViolation as refusal:
        answer.write(json.dumps({"refused": str(refusal)}).encode())
        return
    answer.write(json.dumps(_answer(fitted)).encode())


def _as_json(texts: Sequence[JudgedText]) -> bytes:
    """A `_Task`. Row by row: one call for all would hold the interpreter, and with it the mail, for as long as it takes."""
    return b'{"texts": [' + b", ".join(json.dumps(_row(judged)).encode() for judged in texts) + b"]}"


def _row(judged: JudgedText) -> _Row:
    of = judged.judgement
    return (judged.text, of.kind, of.category, of.impact, of.urgency)


def _judged(row: _Row) -> JudgedText:
    text, kind, category, impact, urgency = row
    return JudgedText(
        text=text,
        judgement=Judgement(
            kind=Kind(kind),
            category=Category(category) if category else None,
            impact=Level(impact) if impact else None,
            urgency=Level(urgency) if urgency else None,
        ),
    )


def _labelled(judged: JudgedText) -> LabelledText:
    of = judged.judgement
    return LabelledText(text=judged.text, kind=of.kind, category=of.category, impact=of.impact, urgency=of.urgency)


def _answer(fitted: FittedLayer) -> _Answer:
    figures = fitted.figures
    return {
        "refused": "",
        "version": fitted.version,
        "based_on": fitted.based_on,
        "layer": base64.b64encode(fitted.content).decode("ascii"),
        "learnt_from": figures.learnt_from,
        "held_out": figures.held_out,
        "before": figures.before,
        "after": figures.after,
        "gained": figures.gained,
        "lost": figures.lost,
        "better": fitted.better,
    }


def _fitted(out: bytes) -> FittedLayer:
    try:
        said: _Answer = json.loads(out)
        if said["refused"]:
            raise PolicyViolation(said["refused"])
        return FittedLayer(
            version=said["version"],
            based_on=said["based_on"],
            content=base64.b64decode(said["layer"]),
            figures=Figures(
                learnt_from=said["learnt_from"],
                held_out=said["held_out"],
                before=said["before"],
                after=said["after"],
                gained=said["gained"],
                lost=said["lost"],
            ),
            better=said["better"],
        )
    except (ValueError, KeyError, TypeError, binascii.Error) as fault:
        raise HelpdeskError(f"Learning failed: its process said nothing sensible ({fault!r})") from fault


if __name__ == "__main__":
    os.nice(POLITE)
    main(sys.stdin.buffer, sys.stdout.buffer)
