"""The fitting in a process of its own: what goes wrong there stays there."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from channels.serve.study import study_aside
from classifier.classify import TextClassifier
from intake.domain.correction import JudgedText, Judgement
from intake.domain.errors import HelpdeskError, PolicyViolation
from intake.domain.label import Category, Kind, Level
from tests.harness.patience import wait_until

TEXTS = [
    JudgedText(
        text="Der Drucker röchelt \N{PILE OF POO} \ud800",
        judgement=Judgement(kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.HIGH),
    ),
    JudgedText(text="Where is my order?", judgement=Judgement(kind=Kind.SERVICE_REQUEST)),
] * 500

ANSWERS = """
import base64, json, os, sys
task = json.load(sys.stdin.buffer)
secrets = [name for name in os.environ if name.startswith("INTAKE_")]
print(json.dumps({
    "refused": "", "version": "site-1", "based_on": "desk-1", "better": not secrets,
    "layer": base64.b64encode(bytes(range(256))).decode(),
    "learnt_from": len(task["texts"]), "held_out": 7, "before": 0.5, "after": 0.75, "gained": 2, "lost": 1,
}))
"""


def a_process(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


async def test_it_is_told_the_texts_and_answers_with_a_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SECRET_KEYS", "nothing that it needs to know")
    fitted = await study_aside(TEXTS, a_process(ANSWERS))
    assert (fitted.version, fitted.based_on, fitted.content, fitted.better) == ("site-1", "desk-1", bytes(range(256)), True)
    assert (fitted.figures.learnt_from, fitted.figures.held_out, fitted.figures.gained) == (1000, 7, 2)


async def test_a_refusal_is_one_here_too() -> None:
    with pytest.raises(PolicyViolation, match="too few"):
        await study_aside(TEXTS, a_process("""print('{"refused": "too few"}')"""))


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("raise ValueError('what somebody wrote')", r"Learning failed \(ValueError\)"),
        ("import os; os.kill(os.getpid(), 9)", r"Learning failed \(its process ended with -9\)"),
        ("import sys; sys.exit('what somebody wrote to us')", r"Learning failed \(its process ended with 1\)"),
        ("print('no JSON')", "said nothing sensible"),
        ("print('[]')", "said nothing sensible"),
        ("""print('{"refused": ""}')""", "said nothing sensible"),
        ("pass", "said nothing sensible"),
    ],
)
async def test_what_goes_wrong_is_said_without_what_people_wrote(script: str, says: str) -> None:
    with pytest.raises(HelpdeskError, match=says) as fault:
        await study_aside(TEXTS, a_process(script))
    assert "somebody wrote" not in str(fault.value)


async def test_a_desk_that_closes_leaves_no_process_behind(tmp_path: Path) -> None:
    sleeps = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()) + ' '); time.sleep(600)"
    learning = asyncio.create_task(study_aside(TEXTS, a_process(sleeps)))
    await asyncio.to_thread(wait_until, lambda: (tmp_path / "pid").exists() and bool(pid_in(tmp_path)), "it runs")
    learning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await learning
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_in(tmp_path)), 0)


def pid_in(folder: Path) -> str:
    text = (folder / "pid").read_text()
    return text.strip() if text.endswith(" ") else ""


async def test_the_real_one_learns_what_only_this_house_knows() -> None:
    words = {
        Category.CHANGE_REQUEST: "The grobnik of {} is purple",
        Category.USER_REQUEST: "My wimble sings to {}",
    }
    texts = [
        JudgedText(text=text.format(name), judgement=Judgement(kind=category.kind, category=category))
        for name in (f"{first}{last}" for first in "bdfgklmnpr" for last in ("ado", "emi", "ora", "ulu"))
        for category, text in words.items()
    ]
    fitted = await study_aside(texts)
    assert fitted.better
    assert (fitted.based_on, fitted.figures.learnt_from) == (TextClassifier().version, len(texts))
    layered = TextClassifier().with_layer(fitted.content)
    assert layered.classify("My wimble sings to number 99").category is Category.USER_REQUEST
    with pytest.raises(PolicyViolation):
        await study_aside(texts[:3])
