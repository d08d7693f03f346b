"""Takes up what was learnt, wherever it was learnt; and learns by itself when there is enough that is new."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import structlog

from channels.serve.compose import Parts
from channels.serve.learning import Lessons, is_due, keep, lessons
from channels.serve.meters import Meters
from channels.serve.site_classifier import SiteClassifier
from channels.serve.study import StudyAside, study_aside
from channels.serve.writer import Writer
from intake.desk.ports import UnitOfWork
from intake.domain.errors import Conflict, HelpdeskError, PolicyViolation
from intake.domain.event import DESK
from intake.domain.site_layer import FittedLayer, LayerState, SiteLayer

LOOK_EVERY = 20.0  # seconds
TURN = "learning"  # of several replicas one learns
TRY_AGAIN = timedelta(minutes=15)  # after what came to nothing; longer than a fit may take

log = structlog.get_logger()


class LearningLoop:
    def __init__(
        self,
        parts: Parts,
        writer: Writer,
        meters: Meters,
        study: StudyAside = study_aside,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._parts = parts
        self._classifier: SiteClassifier = parts.classifier
        self._policy = parts.policy.learning
        self._writer = writer
        self._meters = meters
        self._study = study
        self._look_every = look_every
        self._learning: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def begin(self) -> None:
        """Before the doors open: the first mail is labelled as the last one was. A store that is away is asked again later."""
        try:
            await self._take_up()
        except HelpdeskError as fault:
            log.warning("learning.away", why=str(fault))

    async def run(self) -> None:
        """`begin` was the first look: a desk that starts has enough to do."""
        while self._classifier.learns and not self._stop.is_set():
            try:
                await asyncio.wait_for(self._stop.wait(), self._look_every)
            except TimeoutError:
                await self._look_if_it_can()

    async def _look_if_it_can(self) -> None:
        try:
            await self.look()
        except Exception as fault:  # whatever it is, it goes on when that is over; meanwhile all is labelled as before
            if not self._stop.is_set():
                log.warning("learning.away", why=str(fault))

    async def stop(self) -> None:
        """What is being learnt is given up: the next turn begins anew."""
        self._stop.set()
        if self._learning is not None:
            self._learning.cancel()
        await self.done()

    async def done(self) -> None:
        """Waits for what is being learnt."""
        if self._learning is not None:
            await asyncio.wait([self._learning])

    async def look(self) -> None:
        """Raises StoreUnavailable."""
        await self._take_up()
        if not self._policy.enabled or self._learning is not None:
            return
        shipped, now = self._classifier.shipped_version, self._parts.clock()
        why = await asyncio.to_thread(is_due, self._parts.store, shipped, self._policy.after)
        if not why or not await self._writer.run(lambda books: self._takes_turn(books, now)):
            return
        if not self._stop.is_set():  # the writer may have kept it waiting
            self._learning = asyncio.create_task(self._learn(why))

    def _takes_turn(self, books: UnitOfWork, now: datetime) -> bool:
        """It counts as a short one until something came of it: a desk that is killed meanwhile tries again soon."""
        every = self._policy.at_most_every
        if not books.signs.take_turn(TURN, now, every):
            return False
        books.signs.saw(TURN, now - every + min(every, TRY_AGAIN))
        return True

    async def _take_up(self) -> None:
        if not await asyncio.to_thread(self._classifier.take_up, self._parts.store):
            return
        if self._classifier.trouble:
            log.warning("learning.layer_not_used", why=self._classifier.trouble, do="intake check")
        else:
            log.info("learning.taken_up", layer=self._classifier.layer or "none")

    async def _learn(self, why: str) -> None:
        try:
            result = await self._learnt(why)
        except Exception as fault:  # the layer that was active stays so
            result = "failed"
            log.error("learning.fault", why=str(fault), exc_info=None if isinstance(fault, HelpdeskError) else fault)
        finally:
            self._learning = None
        self._meters.learnt(result)

    async def _learnt(self, why: str) -> str:
        """What came of it, in a word."""
        now = self._parts.clock()
        learnt = await asyncio.to_thread(lessons, self._parts.store, now)
        log.info("learning.begun", because=why, of=learnt.in_words)
        try:
            fitted = await self._study(learnt.texts)
            layer = await self._writer.run(partial(self._keep, fitted, learnt))
        except PolicyViolation as refusal:
            log.info("learning.too_little", why=str(refusal))
            await self._writer.run(lambda books: books.signs.saw(TURN, now))
            return "too_little"
        except Conflict as fault:
            log.info("learning.overtaken", why=str(fault))
            return "overtaken"
        _tell(layer, learnt)
        return "promoted" if layer.state is LayerState.ACTIVE else "rejected"

    def _keep(self, fitted: FittedLayer, learnt: Lessons, books: UnitOfWork) -> SiteLayer:
        layer = keep(fitted, learnt, books, now=self._parts.clock(), by=DESK)
        books.signs.saw(TURN, learnt.read_at)
        return layer


def _tell(layer: SiteLayer, learnt: Lessons) -> None:
    figures = layer.figures
    log.info(
        f"learning.{'promoted' if layer.state is LayerState.ACTIVE else 'rejected'}",
        layer=layer.version,
        of=learnt.in_words,
        held_out=figures.held_out,
        before=round(figures.before, 3),
        after=round(figures.after, 3),
        gained=figures.gained,
        lost=figures.lost,
    )
