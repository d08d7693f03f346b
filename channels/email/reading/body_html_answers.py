"""Answers written between the parts of a quoted page: the parts that they answer stay with them."""

from collections.abc import Callable, Iterator

from channels.email.reading.body_html_boxes import box_of
from channels.email.reading.body_html_text import KEPT, Element

_INTRODUCES = (":", "：")


def is_kept(element: Element) -> bool:
    return element.get(KEPT) is not None


def keep_answered(tree: Element, *, is_own: Callable[[Element], bool]) -> None:
    """Mark the quotations that have an answer below them, where there are answers between quotations. A single answer, above or
    below all that was quoted, needs no quotation. `is_own`: a quotation's box that holds the answers, too."""
    order = list(_stretches(tree, is_own))
    answers = [place for place, quote in enumerate(order) if quote is None]
    between = any(
        any(quote is not None for quote in order[:place]) and any(quote is not None for quote in order[place:])
        for place in answers
    )
    for quote in order[: answers[-1]] if between else ():
        if quote is not None:
            _keep(quote)


def _keep(quote: Element) -> None:
    inner = next((element for element in quote.iter() if element.tag == "blockquote"), quote)
    quote.set(KEPT, "box")
    inner.set(KEPT, "quote")


def _stretches(tree: Element, is_own: Callable[[Element], bool]) -> Iterator[Element | None]:
    """In the order of the page: the outermost quotations, and None for somebody's own words. It ends at a box that all the rest
    belongs to."""
    walk: list[Element | str] = [tree]
    while walk:
        element = walk.pop()
        if isinstance(element, str):
            if (said := element.strip()) and not said.endswith(_INTRODUCES):
                yield None
            continue
        if element.tail and element is not tree:
            walk.append(element.tail)
        if not isinstance(element.tag, str) or element.tag in {"head", "style", "script", "title"}:
            continue
        box = box_of(element)
        if box == "html-from-here":
            return
        if box == "html-quote" and not is_own(element):
            if element.tag == "blockquote" or not "".join(element.itertext()).strip().endswith(_INTRODUCES):
                yield element
            continue
        if box != "html-signature":
            walk.extend(reversed(list(element)))
            if element.text:
                walk.append(element.text)
