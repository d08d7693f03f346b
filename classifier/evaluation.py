"""How good labels are: the measures that `intake evaluate` prints and that learning is judged by."""

from collections.abc import Sequence

from intake.domain.label import Kind


def f1(true: Sequence[Kind], said: Sequence[Kind], kind: Kind) -> float:
    """Of one kind, 0..1; 1 where it neither came nor was said."""
    hits = sum(one is other is kind for one, other in zip(true, said, strict=True))
    either = sum(one is kind for one in true) + sum(one is kind for one in said)
    return 2 * hits / either if either else 1.0


def macro_f1(true: Sequence[Kind], said: Sequence[Kind]) -> float:
    """The mean over the kinds that came."""
    kinds = [kind for kind in Kind if kind in set(true)]
    return sum(f1(true, said, kind) for kind in kinds) / len(kinds) if kinds else 1.0
