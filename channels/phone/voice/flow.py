"""What a caller hears next. A pure function of where the call stands, what was heard and what is known of the ticket: the
same answer from the store, and from the words alone while the store is away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from channels.phone.standing import Standing
from channels.phone.voice import callee, understood
from channels.phone.voice.connecting import first_place, next_place, ring, talked
from channels.phone.voice.document import Document
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.turn import Turn
from channels.phone.voice.urls import MOST_OFFERS, MOST_TURNS, Urls
from channels.phone.voice.words import Words, spelt
from intake.desk.calls.plan import Attempt
from intake.desk.policy_file.phone import PhonePolicy
from intake.domain.label import Kind

_ASKED = (Kind.INCIDENT, Kind.NONE)  # of these it is asked who is hit and how badly


def begin(standing: Standing, words: Words, urls: Urls) -> str:
    """The answer to the first webhook of a call: the greeting, and the first question."""
    offers = tuple(number for number in standing.offers if number != standing.number)[:MOST_OFFERS]
    state = CallState(turn=1, ticket=standing.number, offers=offers)
    document = Document(words)
    greeting = words.text("greeting", company=words.company)
    if not offers:
        document.ask(greeting, words.text("what"), action=urls.step(Step.WHAT, state), speech=True)
        return str(document)
    choices = [words.text("offer", number=spelt(number), key=str(key)) for key, number in enumerate(offers, 1)]
    document.ask(greeting, *choices, words.text("offer_else"), action=urls.step(Step.OFFER, state), speech=False)
    return str(document)


def turn_away(words: Words) -> str:
    """A call of our own, which the phone of whoever was rung forwards to us. It is not picked up: that would end the ringing of
    the others, and two machines would talk."""
    document = Document(words)
    document.reject()
    return str(document)


def answer(
    step: Step,
    state: CallState,
    heard: Heard,
    standing: Standing,
    plan: Sequence[Attempt],
    phone_policy: PhonePolicy,
    words: Words,
    urls: Urls,
) -> str:
    """The answer to a webhook of `step`. `state` is what its URL says, `standing` the ticket after what was heard, `plan`
    whom to connect with. The same arguments give the same document."""
    if step is Step.BEGIN:
        return begin(standing, words, urls)
    turn = Turn(
        step=step,
        state=state,
        heard=heard,
        standing=standing,
        plan=plan,
        policy=phone_policy,
        words=words,
        urls=urls,
    )
    if state.turn >= MOST_TURNS and step not in (Step.SCREEN, Step.ACCEPT):
        return _goodbye(turn)
    return _ANSWERS[step](turn)


def chosen(state: CallState, heard: Heard) -> int | None:
    """The ticket that a key names, of those that were offered."""
    keys = {str(key): number for key, number in enumerate(state.offers[:MOST_OFFERS], 1)}
    return keys.get(heard.digits)


def _offer(turn: Turn) -> str:
    number = chosen(turn.state, turn.heard)
    stays = turn.standing.number is not None and turn.standing.number == turn.state.ticket  # that one is over meanwhile
    if number is None or stays:
        return _ask(turn, Step.WHAT, "what", turn.onwards())
    return _onwards(replace(turn, state=replace(turn.state, ticket=number)))


def _what(turn: Turn) -> str:
    if understood.matter(turn.heard, turn.words) is not None or understood.said(turn.heard, turn.words):
        return _onwards(turn)
    if not turn.state.again:
        return _ask(turn, Step.WHAT, "what_again", replace(turn.onwards(), again=True))
    return _take_message(turn, Step.DESCRIBED, turn.words.text("describe"))


def _onwards(turn: Turn) -> str:
    """The matter is known as far as it will be: ask what the words did not say, each question once; then do what there is to
    do."""
    standing, state = turn.standing, turn.state
    if standing.kind in _ASKED and not standing.known:
        if not standing.impact_said and not state.hit:
            return _ask(turn, Step.HIT, "hit", replace(turn.onwards(), hit=True))
        if not standing.urgency_said and not state.bad:
            return _ask(turn, Step.BAD, "bad", replace(turn.onwards(), bad=True))
    if standing.known:
        return _known(turn, *_number(turn))
    if not turn.is_urgent:
        within = turn.words.within(standing.answer_within)
        when = turn.words.text("answer_within", time=within) if within else turn.words.text("answer")
        return _take_message(turn, Step.LEFT, *_number(turn), when, turn.words.text("leave"))
    place = first_place(turn.plan, turn.policy.together)
    if place is None:
        return _nobody(turn, *_number(turn))
    return ring(turn, place, *_number(turn), turn.words.text("connecting"))


def _dialed(turn: Turn) -> str:
    if talked(turn.heard, turn.standing.taken_by):
        return _goodbye(turn, "talked" if turn.number is not None else "goodbye")
    if turn.standing.known:
        return _known(turn)
    place = next_place(turn.state, turn.heard, turn.plan, turn.policy.together)
    return _nobody(turn) if place is None else ring(turn, place, turn.words.text("still"))


def _number(turn: Turn) -> tuple[str, ...]:
    """The number digit by digit, and whether it comes as a text too; twice for whoever must write it down."""
    if turn.number is None:
        return (turn.words.text("no_number"),)
    by_text = turn.standing.sms and turn.heard.caller
    number = turn.number_spelt
    return turn.words.text("number", number=number), turn.words.text("by_text" if by_text else "note_it", number=number)


def _known(turn: Turn, *before: str) -> str:
    news = (turn.words.text("news_by_text"),) if turn.standing.sms and turn.heard.caller else ()
    return _take_message(turn, Step.LEFT, *before, turn.words.text("known"), *news, turn.words.text("leave"))


def _nobody(turn: Turn, *before: str) -> str:
    if turn.standing.taken_by:
        last = turn.words.text("taken", name=turn.standing.taken_by)
    else:
        last = turn.words.text("nobody" if turn.heard.caller else "nobody_withheld")
    return _take_message(turn, Step.LEFT, *before, last)


def _ask(turn: Turn, step: Step, question: str, state: CallState) -> str:
    document = Document(turn.words)
    document.ask(turn.words.text(question), action=turn.urls.step(step, state), speech=True)
    return str(document)


def _take_message(turn: Turn, step: Step, *sentences: str) -> str:
    document = Document(turn.words)
    document.say(*sentences)
    document.record(action=turn.urls.step(step, turn.onwards()), recording=turn.urls.recording)
    return str(document)


def _goodbye(turn: Turn, sentence: str = "goodbye") -> str:
    document = Document(turn.words)
    document.say(turn.words.text(sentence, number=turn.number_spelt))
    document.hang_up()
    return str(document)


_ANSWERS: Mapping[Step, Callable[[Turn], str]] = {
    Step.OFFER: _offer,
    Step.WHAT: _what,
    Step.DESCRIBED: _onwards,
    Step.HIT: _onwards,
    Step.BAD: _onwards,
    Step.DIALED: _dialed,
    Step.LEFT: _goodbye,
    Step.SCREEN: callee.screen,
    Step.ACCEPT: lambda turn: callee.accept(turn.heard, turn.words),
}
