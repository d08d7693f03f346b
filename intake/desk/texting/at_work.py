"""What hears texts, put together."""

from intake.desk.adding import Adder
from intake.desk.opening import Opener
from intake.desk.texting.answering import Answering
from intake.desk.texting.asking import Asking
from intake.desk.texting.bringing_over import BringingOver
from intake.desk.texting.growing_worse import GrowingWorse
from intake.desk.texting.hearing import TextHearer
from intake.desk.texting.taking_pages import TakingPages


def put_to_work(opener: Opener, adder: Adder) -> TextHearer:
    policy, teller, pager = adder.policy, adder.teller, adder.pager
    asking = Asking(teller=teller)
    return TextHearer(
        policy=policy,
        opener=opener,
        adder=adder,
        asking=asking,
        answering=Answering(asking=asking, over=BringingOver(adder=adder)),
        pages=TakingPages(policy=policy, pager=pager, teller=teller),
        growing_worse=GrowingWorse(policy=policy, teller=teller, pager=pager, storms=adder.storms),
    )
