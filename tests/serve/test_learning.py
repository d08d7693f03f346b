"""The desk learns from corrections while it runs, and takes up what others learnt."""

import asyncio
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.serve.learning import lessons
from intake.desk.learning import roll_back
from intake.domain.correction import JudgedText
from intake.domain.errors import HelpdeskError, PolicyViolation
from intake.domain.label import Category
from intake.domain.site_layer import FittedLayer, LayerState
from tests.serve.site_that_learns import Pupil, Site, Teacher, fitted, site_that_learns
from tests.serve.watched_desk import until

ENOUGH = [f"Ledger {number} shows the wrong sum." for number in range(25)]
OLD = b'{"Wiki": "how_to"}'


class Fails(Teacher):
    async def __call__(self, texts: Sequence[JudgedText]) -> FittedLayer:
        raise HelpdeskError("Learning failed: MemoryError")


class Refuses(Teacher):
    async def __call__(self, texts: Sequence[JudgedText]) -> FittedLayer:
        raise PolicyViolation("too few")


class Hangs(Teacher):
    """Until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def __call__(self, texts: Sequence[JudgedText]) -> FittedLayer:
        self.begun.set()
        await self.may_end.wait()
        return await super().__call__(texts)


async def test_after_enough_corrections_the_next_mail_is_labelled_as_people_would(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher()) as site:
        early = site.hears("Ledger 99 shows the wrong sum.").ticket
        site.corrects(ENOUGH)
        await site.looks()
        late = site.hears("Ledger 99 shows the wrong sum.").ticket
        assert site.label_of(late) == (Category.DATA_PROBLEM, f"desk-1+{site.active()}")
        assert site.label_of(early) == (None, "desk-1"), "a ticket keeps the version that labelled it"
        assert (site.counted("promoted"), site.layers()[0].made_by) == (1, "desk")


async def test_it_learns_from_what_people_said_and_not_from_what_they_took_back(tmp_path: Path) -> None:
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher) as site:
        site.corrects(ENOUGH)
        await site.looks()
        (texts,) = teacher.asked
        assert sorted(judged.text for judged in texts) == sorted(ENOUGH)
        assert [judged.text for judged in texts][-1] == ENOUGH[-1], "the newest last"


async def test_with_fewer_corrections_it_waits(tmp_path: Path) -> None:
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher) as site:
        site.corrects(ENOUGH[1:])
        await site.looks()
        assert teacher.asked == []
        site.corrects(ENOUGH[:1])
        await site.looks()
        assert len(teacher.asked) == 1


async def test_what_it_learnt_from_once_does_not_count_again(tmp_path: Path) -> None:
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher) as site:
        site.corrects(ENOUGH)
        await site.looks()
        site.clock.advance(hours=2)
        await site.looks()
        site.corrects(ENOUGH[:10])
        await site.looks()
        assert len(teacher.asked) == 1


async def test_it_learns_at_most_once_an_hour(tmp_path: Path) -> None:
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher) as site:
        for what in ("Ledger", "Sheet"):
            site.corrects(f"{what} {number} is wrong." for number in range(25))
            await site.looks()
        assert len(teacher.asked) == 1
        site.clock.advance(hours=1)
        await site.looks()
        assert len(teacher.asked) == 2


async def test_an_administrator_can_forbid_it(tmp_path: Path) -> None:
    policy = tmp_path / "desk.toml"
    shipped = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    policy.write_text(shipped.replace("[learning]\nenabled = true", "[learning]\nenabled = false"), "utf-8")
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher, policy=policy) as site:
        site.corrects(ENOUGH)
        site.keeps(OLD)
        await site.looks()
        assert teacher.asked == []
        assert site.label_of(site.hears("Wiki: where?").ticket)[0] is Category.HOW_TO, "what is there is used all the same"


async def test_what_does_not_win_is_not_used(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher(better=False)) as site:
        old = site.keeps(OLD)
        site.corrects(ENOUGH)
        await site.looks()
        assert site.active() == old
        assert site.layers()[0].state is LayerState.REJECTED
        assert site.label_of(site.hears("Ledger 7 is odd.").ticket) == (None, f"desk-1+{old}")
        assert site.counted("rejected") == 1


@pytest.mark.parametrize(("teacher", "result"), [(Fails(), "failed"), (Refuses(), "too_little")])
async def test_when_learning_fails_all_stays_as_it_was(tmp_path: Path, teacher: Teacher, result: str) -> None:
    async with site_that_learns(tmp_path, teacher) as site:
        old = site.keeps(OLD)
        site.corrects(ENOUGH)
        await site.looks()
        assert (site.active(), len(site.layers()), site.counted(result)) == (old, 1, 1)
        assert site.label_of(site.hears("Wiki: where?").ticket)[0] is Category.HOW_TO


async def test_a_desk_that_is_closed_while_it_learns_keeps_the_old_layer(tmp_path: Path) -> None:
    teacher = Hangs()
    async with site_that_learns(tmp_path, teacher) as site:
        old = site.keeps(OLD)
        site.corrects(ENOUGH)
        await site.loop.look()
        await teacher.begun.wait()
        assert site.hears("Wiki: where?").ticket, "mail goes on meanwhile"
        await site.loop.stop()
        assert (site.active(), len(site.layers())) == (old, 1)


async def test_who_rolls_back_while_it_learns_is_not_overruled(tmp_path: Path) -> None:
    teacher = Hangs()
    async with site_that_learns(tmp_path, teacher) as site:
        site.keeps(OLD)
        site.corrects(ENOUGH)
        await site.loop.look()
        await teacher.begun.wait()
        with site.parts.store.begin() as books:
            roll_back("none", books, shipped="desk-1", now=site.clock(), by="root")
        teacher.may_end.set()
        await site.looks()
        assert (site.active(), site.counted("overtaken")) == (None, 1)
        assert site.label_of(site.hears("Wiki: where?").ticket) == (None, "desk-1")


async def test_a_layer_over_another_shipped_model_is_not_used_and_learnt_anew_at_once(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher(based_on="desk-2"), pupil=Pupil(based_on="desk-2")) as site:
        old = site.keeps(OLD, based_on="desk-1")
        with capture_logs() as logs:
            await site.loop.begin()
            assert site.label_of(site.hears("Wiki: where?").ticket) == (None, "desk-2")
            site.corrects(ENOUGH[:3])
            await site.looks()
            await site.looks()
        (told,) = [log["why"] for log in logs if log["event"] == "learning.layer_not_used"]
        assert told == f"{old} was learnt over desk-1, and the shipped model is desk-2"
        assert site.label_of(site.hears("Ledger 7 is odd.").ticket) == (Category.DATA_PROBLEM, f"desk-2+{site.active()}")


async def test_a_damaged_layer_is_told_once_and_the_shipped_model_works_alone(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher()) as site:
        site.keeps(b"no JSON")
        with capture_logs() as logs:
            for _ in range(3):
                await site.looks()
        assert [log["event"] for log in logs] == ["learning.layer_not_used"]
        assert "the layer is damaged" in logs[0]["why"]
        assert site.label_of(site.hears("Wiki: where?").ticket) == (None, "desk-1")


async def test_a_label_that_is_being_given_is_finished_with_the_old_layer(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher()) as site:
        before = site.parts.classifier.classify
        site.keeps(OLD)
        await site.looks()
        assert before("Wiki: where?").category is Category.HOW_TO, "the same classifier, for whoever holds it"


@pytest.mark.postgres
async def test_of_two_replicas_one_learns_and_both_take_it_up(tmp_path: Path, pg_database: str) -> None:
    one, other = Teacher(), Teacher()
    async with (
        site_that_learns(tmp_path / "one", one, database_url=pg_database) as here,
        site_that_learns(tmp_path / "other", other, database_url=pg_database) as there,
    ):
        here.corrects(ENOUGH)
        there.clock.now = here.clock.now
        await asyncio.gather(here.looks(), there.looks())
        await asyncio.gather(here.looks(), there.looks())
        assert len(one.asked) + len(other.asked) == 1
        labels = [site.label_of(site.hears(f"Ledger {name} is odd.").ticket) for name, site in (("a", here), ("b", there))]
        assert labels == [(Category.DATA_PROBLEM, f"desk-1+{here.active()}")] * 2
        await rolls_back(here)
        await there.looks()
        assert there.label_of(there.hears("Ledger c is odd.").ticket) == (None, "desk-1")


async def rolls_back(site: Site) -> None:
    with site.parts.store.begin() as books:
        roll_back("", books, shipped="desk-1", now=site.clock(), by="root")


async def test_it_looks_by_itself_and_goes_on_when_a_look_fails(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher(), look_every=0.02) as site:
        running = asyncio.create_task(site.loop.run())
        (tmp_path / "desk.db").rename(tmp_path / "away.db")
        with capture_logs() as logs:
            await until(lambda: any(log["event"] == "learning.away" for log in logs), "it says that the store is away")
            (tmp_path / "away.db").rename(tmp_path / "desk.db")
            site.keeps(OLD)
            await until(lambda: site.parts.classifier.layer == site.active(), "it takes the layer up")
        await site.loop.stop()
        await running


def test_the_fake_layer_is_what_it_seems() -> None:
    assert Pupil().with_layer(fitted(OLD).content).classify("Wiki").category is Category.HOW_TO


@pytest.mark.parametrize("teacher", [Fails(), Hangs()])
async def test_what_came_to_nothing_is_tried_again_soon(tmp_path: Path, teacher: Teacher) -> None:
    async with site_that_learns(tmp_path, teacher) as site:
        site.corrects(ENOUGH)
        await site.loop.look()
        if isinstance(teacher, Hangs):
            await teacher.begun.wait()
        await (site.loop.stop() if isinstance(teacher, Hangs) else site.loop.done())
        now = site.clock()
    again = Teacher()
    async with site_that_learns(tmp_path, again) as site:
        site.clock.advance(seconds=int((now - site.clock()).total_seconds()) + 14 * 60)
        await site.looks()
        assert again.asked == []
        site.clock.advance(seconds=60)
        await site.looks()
        assert len(again.asked) == 1


@pytest.mark.parametrize("teacher", [Teacher(better=False), Refuses()])
async def test_what_came_to_something_spends_the_whole_turn(tmp_path: Path, teacher: Teacher) -> None:
    async with site_that_learns(tmp_path, teacher) as site:
        site.corrects(ENOUGH)
        await site.looks()
        before = site.counted("rejected") + site.counted("too_little")
        site.corrects(ENOUGH)
        site.clock.advance(seconds=20 * 60)
        await site.looks()
        assert (before, site.counted("rejected") + site.counted("too_little")) == (1, 1)


async def test_a_look_that_was_waiting_begins_nothing_once_the_desk_stops(tmp_path: Path) -> None:
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher) as site:
        site.corrects(ENOUGH)
        looking = asyncio.create_task(site.loop.look())
        await asyncio.sleep(0)
        await site.loop.stop()
        await looking
        await site.loop.done()
        assert teacher.asked == []


async def test_of_texts_too_long_for_one_lesson_the_newest_are_learnt_from(tmp_path: Path) -> None:
    async with site_that_learns(tmp_path, Teacher()) as site:
        site.corrects(ENOUGH)
        learnt = lessons(site.parts.store, site.clock(), most_characters=3 * len(ENOUGH[-1]) + 5)
        assert [judged.text for judged in learnt.texts] == ENOUGH[-3:]
        assert learnt.in_words == "3 corrections"
