"""`python -m tests.crash.learning_desk FOLDER URL WHERE`: a desk that learns, and is killed on the way."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from channels.serve.step import Step
from intake.domain.correction import JudgedText
from intake.domain.site_layer import FittedLayer
from tests.serve.site_that_learns import Teacher, site_that_learns

FITTING, WRITTEN = "fitting", "written"
WORDS = [f"Ledger {number} shows the wrong sum." for number in range(25)]
OLD = b'{"Wiki": "how_to"}'


class Fatal(Teacher):
    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        self.is_fitted = False

    async def __call__(self, texts: Sequence[JudgedText]) -> FittedLayer:
        if self.where == FITTING:
            os.kill(os.getpid(), signal.SIGKILL)
        found = await super().__call__(texts)
        self.is_fitted = True
        return found

    def passing(self, step: Step) -> None:
        if self.is_fitted and step is Step.WRITTEN:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(folder: Path, url: str, where: str) -> None:
    teacher = Fatal(where)
    async with site_that_learns(folder, teacher, database_url=url, passing=teacher.passing) as site:
        site.keeps(OLD)
        site.corrects(WORDS)
        await site.looks()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
