"""A desk that is called, and spots storms in what callers say."""

from dataclasses import dataclass, field

from intake.desk.desk import Desk
from intake.desk.storms.memory import Memory
from tests.calls.call_desk import CallDesk
from tests.storms.shared_words import SharedWords
from tests.storms.stormy_desk import BROKEN, VPN


@dataclass
class StormyCalls(CallDesk):
    follows: bool = True
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(SharedWords, self.policy, follows=self.follows)

    @property
    def desk(self) -> Desk:
        return Desk(self.policy, self.keys, self.clock, senders=self.senders, own=self.own, memory=self.memory)

    def reports(self, who: int, text: str = VPN) -> int:
        number = self.rings(f"CA{who}", f"+3314000{who:04}")
        self.says(text, BROKEN, f"CA{who}")
        self.ends(f"CA{who}")
        return number
