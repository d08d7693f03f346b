"""An answer to a webhook of a call, written by the SDK's own classes, which escape what lands in them."""

from collections.abc import Sequence

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from channels.phone.voice.words import Words

LONGEST_MESSAGE = 180  # seconds of a recording
_SILENCE = 5  # seconds until a question counts as unanswered, and a recording as over


class Document:
    """Verbs in the order in which the vendor follows them. Questions and recordings go on at their `action`, whatever is
    heard: without one the vendor would ask for the same document again, for ever."""

    __slots__ = ("_response", "_words")

    def __init__(self, words: Words) -> None:
        self._response = VoiceResponse()
        self._words = words

    def __str__(self) -> str:
        return str(self._response.to_xml())

    def say(self, *sentences: str) -> None:
        if spoken := " ".join(sentence for sentence in sentences if sentence):
            self._response.say(spoken, language=self._words.language, voice=self._words.voice)

    def ask(self, *sentences: str, action: str, speech: bool) -> None:
        """One key, or words where `speech`. The vendor posts to `action` after silence too; a redirect says so again, for
        silence falls through where it does not."""
        gather = Gather(
            input="dtmf speech" if speech else "dtmf",
            num_digits=1,
            finish_on_key="",  # `#` is a key like others
            timeout=_SILENCE,
            action=action,
            method="POST",
            action_on_empty_result=True,
            language=self._words.language if speech else None,
            speech_timeout="auto" if speech else None,
            hints=self._words.hints if speech else None,
            profanity_filter=False if speech else None,  # what somebody says in anger is what they say
        )
        gather.say(" ".join(sentences), language=self._words.language, voice=self._words.voice)
        self._response.append(gather)
        self._response.redirect(action, method="POST")

    def ask_to_take(self, sentence: str, *, action: str, seconds: int) -> None:
        """On the phone of whoever is rung: a key, or the call is not for them (a voicemail presses none)."""
        gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=seconds, action=action, method="POST")
        gather.say(sentence, language=self._words.language, voice=self._words.voice)
        self._response.append(gather)
        self._response.hangup()

    def record(self, *, action: str, recording: str) -> None:
        """Up to three minutes after a beep. A recording without a sound is none: the vendor falls through to the redirect."""
        self._response.record(
            action=action,
            method="POST",
            max_length=LONGEST_MESSAGE,
            timeout=_SILENCE,
            finish_on_key="1234567890*#",
            play_beep=True,
            recording_status_callback=recording,
            recording_status_callback_method="POST",
        )
        self._response.redirect(action, method="POST")

    def ring(self, phones: Sequence[tuple[str, str]], *, action: str, seconds: int) -> None:
        """Ring these phones at once; each pair is a number and the URL that its owner hears first (empty: none)."""
        dial = Dial(
            action=action or None, method="POST" if action else None, timeout=seconds, caller_id=self._words.line or None
        )
        for phone, url in phones:
            dial.number(phone, url=url or None, method="POST" if url else None)
        self._response.append(dial)

    def reject(self) -> None:
        """Busy, without picking up: only as the first verb of a call's first document."""
        self._response.reject(reason="busy")

    def hang_up(self) -> None:
        self._response.hangup()
