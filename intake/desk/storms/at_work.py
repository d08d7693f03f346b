"""All that the desk does about storms, put together."""

from dataclasses import dataclass

from intake.desk.closing import Closer
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.replies import Replies
from intake.desk.storms.aftermath import Aftermath
from intake.desk.storms.beginning import Beginning
from intake.desk.storms.by_hand import ByHand
from intake.desk.storms.final_word import FinalWord
from intake.desk.storms.membership import Membership
from intake.desk.storms.memory import Memory
from intake.desk.storms.spotting import Spotter
from intake.desk.storms.word import Word
from intake.desk.telling import Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class StormsAtWork:
    """Without a memory of reports nothing is spotted; what people do by hand works all the same."""

    spotter: Spotter | None
    by_hand: ByHand
    aftermath: Aftermath
    final_word: FinalWord


def put_to_work(
    policy: Policy, teller: Teller, pager: Pager, closer: Closer, replies: Replies, memory: Memory | None
) -> StormsAtWork:
    word = Word(teller=teller, replies=replies)
    membership = Membership(teller=teller, pager=pager, word=word)
    beginning = Beginning(policy=policy, teller=teller, pager=pager, membership=membership)
    by_hand = ByHand(policy=policy, closer=closer, membership=membership, beginning=beginning)
    spotter = None
    if memory is not None:
        spotter = Spotter(policy=policy, teller=teller, memory=memory, membership=membership, beginning=beginning)
    return StormsAtWork(
        spotter=spotter,
        by_hand=by_hand,
        aftermath=Aftermath(by_hand=by_hand),
        final_word=FinalWord(replies=replies, closer=closer, word=word),
    )
