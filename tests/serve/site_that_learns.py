"""A desk whose classifier can be taught words, and a fitting that is under the test's control."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from pydantic import SecretStr

from channels.email.settings import EmailSettings
from channels.serve.compose import Parts, Settings, put_together
from channels.serve.learning_loop import LOOK_EVERY, LearningLoop
from channels.serve.meters import Meters
from channels.serve.settings import DeskSettings
from channels.serve.step import Passing, pass_by
from channels.serve.writer import Writer
from intake.desk.incoming import understand
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.correction import JudgedText
from intake.domain.deed import Deed, Relabel
from intake.domain.errors import ConfigError
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.message import InboundMessage
from intake.domain.receipt import Receipt
from intake.domain.site_layer import Figures, FittedLayer, LayerState, SiteLayer
from storage.migrate import upgrade, version_of
from storage.reader import SqlReader
from storage.site_layers import SqlSiteLayers
from tests.desk.at_the_desk import SettableClock, mail
from tests.desk.staff import ADMIN

FIGURES = Figures(learnt_from=20, held_out=5, before=0.5, after=0.9, gained=3, lost=0)


@dataclass(frozen=True)
class Pupil:
    """Knows no word that nobody taught it; a layer is a JSON object of words and categories."""

    based_on: str = "desk-1"
    layer: str = ""
    words: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return f"{self.based_on}+{self.layer}" if self.layer else self.based_on

    def with_layer(self, layer: bytes) -> "Pupil":
        if not layer:
            return replace(self, layer="", words={})
        try:
            return replace(self, layer=name_of(layer), words=json.loads(layer))
        except ValueError as fault:
            raise ConfigError("the layer is damaged") from fault

    def classify(self, text: str) -> Label:
        found = next((Category(name) for word, name in self.words.items() if word in text), None)
        kind = found.kind if found else Kind.NONE
        return Label(kind=kind, category=found, impact=Level.LOW, urgency=Level.LOW, confidence=0.9, version=self.version)


UNTAUGHT = Pupil()


def name_of(layer: bytes) -> str:
    return f"site-{sum(layer):010}"


def fitted(content: bytes, *, better: bool = True, based_on: str = "desk-1") -> FittedLayer:
    return FittedLayer(version=name_of(content), based_on=based_on, content=content, figures=FIGURES, better=better)


@dataclass
class Teacher:
    """The fitting: it learns one word a category, and waits for nobody."""

    better: bool = True
    based_on: str = "desk-1"
    asked: list[Sequence[JudgedText]] = field(default_factory=list)

    async def __call__(self, texts: Sequence[JudgedText]) -> FittedLayer:
        self.asked.append(texts)
        words = {judged.text.split()[0]: str(judged.judgement.category) for judged in texts}
        return fitted(json.dumps(words).encode(), better=self.better, based_on=self.based_on)


@dataclass
class Site:
    parts: Parts
    loop: LearningLoop
    meters: Meters
    clock: SettableClock

    def hears(self, text: str) -> Receipt:
        return self._enter(mail(text, subject="", name=f"{uuid4()}@customer.example"))

    def does(self, deed: Deed, ticket: int | None) -> Receipt:
        assert ticket is not None
        name = f"{deed.verb} {ticket} {self.clock()}"
        return self._enter(
            Action(channel=Channel.API, external_id=name, received_at=self.clock(), by=ADMIN, deed=deed, ticket=ticket)
        )

    def corrects(self, texts: Iterable[str], category: Category = Category.DATA_PROBLEM) -> None:
        for text in texts:
            self.does(Relabel(category=category), self.hears(text).ticket)
            self.clock.advance(seconds=1)

    def label_of(self, ticket: int | None) -> tuple[Category | None, str]:
        assert ticket is not None
        with self.parts.store.reading() as connection:
            story = SqlReader(connection).story(ticket)
        assert story is not None
        return story.line.ticket.category, story.line.ticket.label_version

    def layers(self) -> Sequence[SiteLayer]:
        with self.parts.store.reading() as connection:
            return SqlSiteLayers(connection).all()

    def active(self) -> str | None:
        return next((layer.version for layer in self.layers() if layer.state is LayerState.ACTIVE), None)

    def keeps(self, content: bytes, *, based_on: str = "desk-1") -> str:
        """As if it had been learnt earlier."""
        layer = SiteLayer(
            version=name_of(content),
            based_on=based_on,
            made_at=self.clock(),
            made_by="desk",
            size=len(content),
            figures=FIGURES,
            state=LayerState.ACTIVE,
            state_since=self.clock(),
            state_by="desk",
        )
        with self.parts.store.begin() as books:
            books.layers.keep(layer, content)
        self.clock.advance(seconds=1)
        return layer.version

    def counted(self, result: str) -> float:
        return self.meters.registry.get_sample_value("intake_refits_total", {"result": result}) or 0.0

    async def looks(self) -> None:
        """One look, and what comes of it, and another one that takes that up."""
        await self.loop.look()
        await self.loop.done()
        await self.loop.look()

    def _enter(self, said: InboundMessage | Action) -> Receipt:
        arrival = Arrival(channel=said.channel, received_at=self.clock(), raw=repr(said).encode(), envelope={})
        incoming = understand(arrival, lambda _: said, self.parts.classifier)
        with self.parts.store.begin() as books:
            return self.parts.desk.receive(incoming, books)


@asynccontextmanager
async def site_that_learns(
    folder: Path,
    teacher: Teacher,
    *,
    database_url: str = "",
    pupil: Pupil = UNTAUGHT,
    policy: Path | None = None,
    passing: Passing = pass_by,
    look_every: float = LOOK_EVERY,
) -> AsyncIterator[Site]:
    """On an embedded store in `folder`, or on that database."""
    folder.mkdir(exist_ok=True)
    desk = DeskSettings(data_dir=folder, policy=policy, secret_keys=(SecretStr("a-key-of-the-test-0123456789"),))
    if database_url:
        desk = desk.model_copy(update={"database_url": SecretStr(database_url)})
    clock, meters = SettableClock(), Meters()
    parts = put_together(Settings(desk=desk, email=EmailSettings()), clock=clock, classifier=pupil)
    if version_of(parts.store.engine) is None:
        upgrade(parts.store.engine)
    writer = Writer(parts.store, depth=100, passing=passing, observe=meters.committed)
    writer.start()
    loop = LearningLoop(parts, writer, meters, teacher, look_every)
    try:
        yield Site(parts=parts, loop=loop, meters=meters, clock=clock)
    finally:
        await loop.stop()
        await writer.drain()
        parts.store.close()
