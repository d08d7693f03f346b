"""What hears a chat, put together."""

from intake.desk.actions import Actor
from intake.desk.adding import Adder
from intake.desk.chat.acquaintance import Acquaintance
from intake.desk.chat.amending import Amending
from intake.desk.chat.answering_there import AnsweringThere
from intake.desk.chat.bystanders import Bystanders
from intake.desk.chat.direct import Direct
from intake.desk.chat.hearing import ChatHearer
from intake.desk.chat.in_thread import InThread
from intake.desk.chat.marking import Marking
from intake.desk.chat.note_thread import NoteThread
from intake.desk.chat.request_room import Rooms
from intake.desk.chat.speaking import Speaking
from intake.desk.opening import Opener
from intake.desk.replies import Replies
from intake.desk.texting.hearing import TextHearer


def put_to_work(opener: Opener, adder: Adder, replies: Replies, actor: Actor, texts: TextHearer) -> ChatHearer:
    policy, teller = opener.policy, opener.teller
    speaking = Speaking(policy=policy)
    notes = NoteThread(policy=policy, actor=actor, speaking=speaking)
    return ChatHearer(
        opener=opener,
        acquaintance=Acquaintance(policy=policy, teller=teller),
        note_thread=notes,
        in_thread=InThread(
            policy=policy,
            opener=opener,
            adder=adder,
            growing_worse=texts.growing_worse,
            texts=texts,
            staff=AnsweringThere(policy=policy, teller=teller, replies=replies, speaking=speaking),
            bystanders=Bystanders(teller=teller),
        ),
        direct=Direct(policy=policy, texts=texts),
        rooms=Rooms(policy=policy, opener=opener, texts=texts),
        amending=Amending(policy=policy, teller=teller, growing_worse=texts.growing_worse, notes=notes),
        marking=Marking(opener=opener),
    )
