"""All that work at the desk, put together: who needs whom stands here, and nowhere else."""

from collections.abc import Collection
from dataclasses import dataclass

from intake.desk.actions import Actor
from intake.desk.adding import Adder
from intake.desk.calls.at_work import CallsAtWork
from intake.desk.calls.at_work import put_to_work as calls_to_work
from intake.desk.changes.at_work import ChangesAtWork
from intake.desk.changes.at_work import put_to_work as changes_to_work
from intake.desk.changes.open_fix import FixOpener
from intake.desk.chat.at_work import put_to_work as chat_to_work
from intake.desk.chat.choosing import Choosing
from intake.desk.closing import Closer
from intake.desk.coming_back import ComingBack
from intake.desk.firing import Firing
from intake.desk.handing_over import HandOver
from intake.desk.hearing import Hearer
from intake.desk.joining import Joiner
from intake.desk.joining_in import JoiningIn
from intake.desk.keys import KeyRing
from intake.desk.labelling import Labeller
from intake.desk.opening import Opener
from intake.desk.paging import Pager
from intake.desk.people import People
from intake.desk.policy import Policy
from intake.desk.replies import Replies
from intake.desk.sla.running_out import RunningOut
from intake.desk.staff_by_mail import StaffByMail
from intake.desk.storms.at_work import StormsAtWork
from intake.desk.storms.at_work import put_to_work as storms_to_work
from intake.desk.storms.memory import Memory
from intake.desk.telling import Teller
from intake.desk.texting.at_work import put_to_work as texts_to_work
from intake.desk.texting.bringing_over import BringingOver
from intake.desk.undoing import Undoer
from intake.domain.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Without a memory of reports it spots no storms."""

    policy: Policy
    teller: Teller
    pager: Pager
    closer: Closer
    replies: Replies
    storms: StormsAtWork
    changes: ChangesAtWork
    hand_over: HandOver
    opener: Opener
    adder: Adder
    calls: CallsAtWork

    @property
    def running_out(self) -> RunningOut:
        return RunningOut(policy=self.policy, teller=self.teller, hand_over=self.hand_over, replies=self.replies)

    @property
    def firing(self) -> Firing:
        return Firing(
            pager=self.pager,
            hand_over=self.hand_over,
            closer=self.closer,
            replies=self.replies,
            running_out=self.running_out,
            storms=self.storms,
            changes=self.changes,
            calls=self.calls,
        )

    @property
    def actor(self) -> Actor:
        joiner = Joiner(teller=self.teller, pager=self.pager, opener=self.opener)
        labeller = Labeller(policy=self.policy, teller=self.teller, pager=self.pager)
        return Actor(
            policy=self.policy,
            teller=self.teller,
            pager=self.pager,
            hand_over=self.hand_over,
            replies=self.replies,
            closer=self.closer,
            labeller=labeller,
            joiner=joiner,
            undoer=Undoer(
                teller=self.teller,
                joiner=joiner,
                closer=self.closer,
                hand_over=self.hand_over,
                replies=self.replies,
                pager=self.pager,
                labeller=labeller,
            ),
            people=People(teller=self.teller),
            storms=self.storms,
            changes=self.changes,
            fix_opener=FixOpener(policy=self.policy, opener=self.opener, fixes=self.changes.fixes),
            calls=self.calls,
            choosing=Choosing(teller=self.teller, over=BringingOver(adder=self.adder)),
        )

    def hearer(self, keys: KeyRing, actor: Actor) -> Hearer:
        texts = texts_to_work(self.opener, self.adder)
        return Hearer(
            policy=self.policy,
            keys=keys,
            opener=self.opener,
            adder=self.adder,
            staff=StaffByMail(policy=self.policy, teller=self.teller, replies=self.replies, actor=actor),
            coming_back=ComingBack(teller=self.teller, replies=self.replies),
            calls=self.calls,
            texts=texts,
            chat=chat_to_work(self.opener, self.adder, self.replies, actor, texts),
        )


def crew_of(policy: Policy, senders: Collection[Channel], own: Collection[str], memory: Memory | None) -> Crew:
    teller = Teller(policy=policy, senders=senders, own=own)
    pager = Pager(policy=policy, teller=teller)
    closer = Closer(policy=policy, teller=teller, pager=pager)
    replies = Replies(policy=policy, teller=teller, closer=closer, pager=pager)
    storms = storms_to_work(policy, teller, pager, closer, replies, memory)
    changes = changes_to_work(policy, teller, closer, replies, storms.final_word)
    opener = Opener(
        policy=policy,
        teller=teller,
        pager=pager,
        joining_in=JoiningIn(policy=policy, teller=teller),
        spotter=storms.spotter,
        changes=changes.aftermath,
    )
    adder = Adder(
        policy=policy,
        teller=teller,
        pager=pager,
        joining_in=opener.joining_in,
        storms=storms.aftermath,
        changes=changes.aftermath,
    )
    return Crew(
        policy=policy,
        teller=teller,
        pager=pager,
        closer=closer,
        replies=replies,
        storms=storms,
        changes=changes,
        hand_over=HandOver(policy=policy, teller=teller, pager=pager),
        opener=opener,
        adder=adder,
        calls=calls_to_work(opener, adder, closer, storms, changes),
    )
