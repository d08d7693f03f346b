"""`intake learn`: what is learnt, what is kept, and the way back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.cli.learn import learn_now
from classifier.classify import TextClassifier
from intake.domain.correction import JudgedText
from intake.domain.errors import PolicyViolation
from intake.domain.label import Category, Kind
from intake.domain.site_layer import Figures, FittedLayer, LayerState, SiteLayer
from storage.lessons import SqlLessons
from storage.site_layers import SqlSiteLayers
from tests.cli.at_the_prompt import Desk, Prompt, broken, mail

SHIPPED = TextClassifier().with_layer(b"").version
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIGURES = Figures(learnt_from=80, held_out=20, before=0.612, after=0.744, gained=4, lost=1)


def fitted(version: str = "site-0123456789", *, better: bool = True) -> FittedLayer:
    return FittedLayer(version=version, based_on=SHIPPED, content=b"", figures=FIGURES, better=better)


def kept(desk: Desk, version: str, state: LayerState, *, hours: int = 0, based_on: str = SHIPPED, content: bytes = b"") -> None:
    at = MONDAY + timedelta(hours=hours)
    layer = SiteLayer(
        version=version,
        based_on=based_on,
        made_at=at,
        made_by="desk",
        size=len(content),
        figures=FIGURES,
        state=state,
        state_since=at,
        state_by="desk",
    )
    with desk.store.begin() as books:
        books.layers.keep(layer, content)


def active(desk: Desk) -> str | None:
    with desk.store.reading() as connection:
        layer = SqlSiteLayers(connection).active()
    return layer.version if layer else None


def history(desk: Desk) -> Sequence[JudgedText]:
    with desk.store.reading() as connection:
        return SqlLessons(connection).history(100_000)


def write(folder: Path, text: str, encoding: str = "utf-8") -> str:
    (folder / "past.csv").write_bytes(text.encode(encoding))
    return "past.csv"


def test_what_came_of_it_is_said_in_words_with_figures(desk: Desk, intake: Prompt, capsys: pytest.CaptureFixture[str]) -> None:
    desk.receives(mail())
    intake("relabel", "HD-1001", "--category", "data_problem")
    seen: list[JudgedText] = []

    def fit(texts: Sequence[JudgedText]) -> FittedLayer:
        seen.extend(texts)
        return fitted()

    learn_now(as_json=False, fit=fit)
    assert capsys.readouterr().out.splitlines() == [
        "Learnt from 1 correction; tried on 20 that had been held back.",
        "The right kind, as macro-F1 (1 is perfect): 0.612 by the shipped model alone, 0.744 with what was learnt: 4 that were"
        " wrong are right, 1 that were right are wrong.",
        "It is better: site-0123456789 is in use from now on. A running desk takes it up within a minute.",
    ]
    assert active(desk) == "site-0123456789"
    assert [(judged.judgement.kind, judged.judgement.category) for judged in seen] == [(Kind.INCIDENT, Category.DATA_PROBLEM)]


def test_what_does_not_win_changes_nothing(desk: Desk, intake: Prompt, capsys: pytest.CaptureFixture[str]) -> None:
    kept(desk, "site-a", LayerState.ACTIVE)
    learn_now(as_json=False, fit=lambda _: fitted(better=False))
    assert "It is not better, so nothing changes (site-0123456789 is kept as rejected)." in capsys.readouterr().out
    assert active(desk) == "site-a"


def test_too_little_to_learn_from_is_said_with_what_there_is(desk: Desk) -> None:
    def fit(texts: Sequence[JudgedText]) -> FittedLayer:
        raise PolicyViolation("Fewer than 20 texts")

    with pytest.raises(PolicyViolation, match=r"Fewer than 20 texts \(there is: nothing\)\. Nothing changes"):
        learn_now(as_json=False, fit=fit)


def test_a_layer_that_came_in_between_is_not_overruled(desk: Desk) -> None:
    def fit(texts: Sequence[JudgedText]) -> FittedLayer:
        kept(desk, "site-other", LayerState.ACTIVE)
        return fitted()

    with pytest.raises(PolicyViolation, match="Another layer was put in use, or taken out of use, meanwhile"):
        learn_now(as_json=False, fit=fit)
    assert active(desk) == "site-other"


def test_versions_are_listed_the_newest_first(desk: Desk, intake: Prompt) -> None:
    assert f"Nothing was learnt yet: the shipped model ({SHIPPED}) works alone" in intake("learn", "--versions").out
    kept(desk, "site-a", LayerState.RETIRED)
    kept(desk, "site-b", LayerState.ACTIVE, hours=1)
    lines = intake("learn", "--versions").out.splitlines()
    assert [line.split()[0] for line in lines] == ["version", "site-b", "site-a", "In"]
    assert lines[-1] == f"In use: site-b over the shipped model ({SHIPPED})."
    assert [record["in_use"] for record in intake("learn", "--versions", "--json").records] == [True, False]


def test_a_layer_over_another_shipped_model_is_told_from_one_in_use(desk: Desk, intake: Prompt) -> None:
    kept(desk, "site-a", LayerState.ACTIVE, based_on="desk-old")
    assert "site-a was learnt over desk-old" in intake("learn", "--versions").out
    assert intake("learn", "--versions", "--json").record["in_use"] is False
    ran = intake("check")
    assert f"site-a was learnt over desk-old and is not used: the shipped model is {SHIPPED}" in ran.out
    assert "`intake learn` learns anew; a running desk does so by itself" in ran.out
    kept(desk, "site-b", LayerState.REJECTED, hours=1)
    assert "did not win" in intake("check").out


def test_check_names_a_layer_that_could_be_used_instead_of_one_that_cannot(desk: Desk, intake: Prompt) -> None:
    kept(desk, "site-a", LayerState.ACTIVE, based_on="desk-old")
    kept(desk, "site-b", LayerState.RETIRED, hours=1)
    ran = intake("check")
    assert "site-b was learnt over that" in ran.out
    assert "`intake learn --roll-back site-b`" in ran.out
    assert intake("learn", "--roll-back", "site-a").code == 1
    assert intake("learn", "--roll-back", "site-b").out == f"In use: site-b over the shipped model ({SHIPPED}).\n"


def test_check_says_what_is_in_use(desk: Desk, intake: Prompt) -> None:
    assert f"the shipped model alone, {SHIPPED}; 0 corrections" in intake("check").out
    kept(desk, "site-a", LayerState.ACTIVE)
    assert f"site-a over {SHIPPED}; 0 corrections since it learnt last" in intake("check").out


def test_a_damaged_layer_is_a_fault_and_the_shipped_model_works_alone(desk: Desk, intake: Prompt) -> None:
    kept(desk, "site-a", LayerState.ACTIVE, content=b"\0 no layer")
    ran = intake("check")
    assert (ran.code, "fault    learning     site-a cannot be used" in ran.out) == (1, True), ran.out
    assert "`intake learn --roll-back`, or `intake learn`" in ran.out
    assert intake("classify", "the VPN is down", "--json").record["label_version"] == SHIPPED


def test_rolling_back_and_forth(desk: Desk, intake: Prompt) -> None:
    kept(desk, "site-a", LayerState.RETIRED)
    kept(desk, "site-b", LayerState.ACTIVE, hours=1)
    ran = intake("learn", "--roll-back")
    assert ran.code == 0
    assert ran.out == f"In use: site-a over the shipped model ({SHIPPED}).\n"
    assert "Tickets keep their labels" in ran.err
    assert active(desk) == "site-a"
    assert intake("learn", "--roll-back", "site-b").code == 0
    assert active(desk) == "site-b"
    assert intake("learn", "--roll-back", "none", "--json").record == {"layer": None}
    assert active(desk) is None
    with desk.store.reading() as connection:
        assert "(command line)" in SqlSiteLayers(connection).all()[0].state_by


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("--roll-back", 1, "The shipped model alone is in use: there is nothing before it"),
        ("--roll-back site-x", 1, "There is no layer 'site-x': `intake learn --versions` lists them"),
        ("--roll-back site-r", 1, "site-r was never in use"),
        ("site-r", 2, "'site-r' goes with --roll-back"),
        ("--versions --roll-back", 2, "go one at a time"),
        ("--history nowhere.csv", 1, "nowhere.csv cannot be read: No such file"),
        ("--history .", 1, ". is no file"),
        ("--history empty.csv", 1, "empty.csv: It is empty"),
    ],
)
def test_a_refusal_says_why(desk: Desk, intake: Prompt, folder: Path, words: str, code: int, says: str) -> None:
    kept(desk, "site-r", LayerState.REJECTED)
    (folder / "empty.csv").touch()
    ran = intake("learn", *words.split())
    assert (ran.code, says in ran.err) == (code, True), ran.err


def test_without_a_store_nothing_is_learnt_and_none_is_made(intake: Prompt, folder: Path) -> None:
    assert "No store yet" in intake("learn").err
    assert "No store yet" in intake("learn", "--versions").err
    assert list(folder.iterdir()) == []


EXPORT = (
    "number,short_description,category,impact,opened_by\n"
    "INC1,VPN is down,network,1 - High,ann\n"
    "RITM2,New laptop please,,3 - Low,bob\n"
    "PRB3,Why does it break,,,cy\n"
)


def test_a_history_is_imported_once_however_often_it_is_given(desk: Desk, intake: Prompt, folder: Path) -> None:
    file = write(folder, EXPORT, "cp1252")
    ran = intake("learn", "--history", file)
    assert ran.code == 1, "in part"
    assert ran.out.splitlines() == [
        "past.csv (utf-8): 3 rows; 2 new, 0 judged otherwise than before, 0 known already, 1 bad.",
        "Not used: opened_by.",
        "None of the desk's categories, so only the kind counts: network (1).",
        "`intake learn` learns from it.",
    ]
    assert ran.err == "line 4: number 'PRB3' is no incident, request or change\n"
    again = intake("learn", "--history", file)
    assert "0 new, 0 judged otherwise than before, 2 known already" in again.out
    assert len(history(desk)) == 2
    changed = write(folder, EXPORT.replace("1 - High", "2 - Medium").rpartition("PRB3")[0])
    record = intake("learn", "--history", changed, "--json").record
    assert [record[key] for key in ("rows", "added", "changed", "known", "bad")] == [2, 0, 1, 1, []]


def test_nothing_of_a_history_that_is_refused_is_kept(desk: Desk, intake: Prompt, folder: Path) -> None:
    file = write(folder, 'text,kind\nThe VPN is down,incident\n"half a row')
    ran = intake("learn", "--history", file)
    assert (ran.code, "line 3: a quote is opened there and never closed" in ran.err) == (1, True)
    assert list(history(desk)) == []


def test_a_history_is_learnt_from_and_can_be_forgotten(desk: Desk, intake: Prompt, folder: Path) -> None:
    intake("learn", "--history", write(folder, EXPORT))
    seen: list[JudgedText] = []

    def fit(texts: Sequence[JudgedText]) -> FittedLayer:
        seen.extend(texts)
        return fitted()

    learn_now(as_json=True, fit=fit)
    assert [judged.text for judged in seen] == ["VPN is down", "New laptop please"]
    forgotten = intake("learn", "--forget-history").out
    assert "2 imported rows are forgotten" in forgotten
    assert "`intake learn --roll-back none` first and then `intake learn`" in forgotten
    assert list(history(desk)) == []


def jargon(rows: int) -> str:
    """What only this house knows: nothing sounds like what it is."""
    names = [f"{first}{last}" for first in "bdfgklmnprst" for last in ("ado", "emi", "ora", "ulu")][:rows]
    lines = [f"The grobnik of {name} is purple,enhancement,change_request" for name in names]
    lines += [f"My wimble sings to {name},service_request,user_request" for name in names]
    return "\n".join(["text,kind,category", *lines])


def test_what_a_house_calls_things_is_learnt_and_used_and_taken_back(desk: Desk, intake: Prompt, folder: Path) -> None:
    asked = ("classify", "A wimble sings to number 99", "--json")
    before = intake(*asked).record
    assert intake("learn", "--history", write(folder, jargon(40))).code == 0
    ran = intake("learn")
    assert (ran.code, "It is better" in ran.out) == (0, True), ran
    after = intake(*asked).record
    assert (after["kind"], after["category"]) == ("service_request", "user_request")
    assert after["label_version"] == f"{SHIPPED}+{active(desk)}"
    assert f"{active(desk)} over {SHIPPED}" in intake("check").out
    intake("learn", "--roll-back")
    assert intake(*asked).record == before


def test_a_replayed_mail_is_labelled_by_what_was_learnt(desk: Desk, intake: Prompt, folder: Path) -> None:
    intake("learn", "--history", write(folder, jargon(40)))
    intake("learn")
    desk.receives(mail("My wimble sings to number 7", subject="Hello"), parser=broken)
    intake("replay", "--all")
    assert intake("tickets", "--json").record["label_version"] == f"{SHIPPED}+{active(desk)}"


def test_too_few_texts_teach_nothing(desk: Desk, intake: Prompt, folder: Path) -> None:
    intake("learn", "--history", write(folder, jargon(3)))
    ran = intake("learn")
    assert ran.code == 1
    assert "(there is: 6 imported texts). Nothing changes" in ran.err
    assert active(desk) is None
