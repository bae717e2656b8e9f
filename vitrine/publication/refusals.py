"""Why a public change is refused: one code and one sentence for each, for desk and console.

Desk and console translate the sentence; a program reads the code.
"""


class Refused(Exception):
    """A change that does not become public. `code` is a key of `SENTENCES`; `about` the thing."""

    def __init__(self, code: str, *, about: str = "") -> None:
        super().__init__(f"{SENTENCES[code]} ({about})" if about else SENTENCES[code])
        self.code = code
        self.about = about


def gettext_noop(sentence: str) -> str:
    """`sentence`, to be translated where it is shown."""
    return sentence


SENTENCES: dict[str, str] = {
    # What is asked for has no meaning.
    "malformed": gettext_noop("The change cannot be read."),
    "unknown-kind": gettext_noop("There is no such kind of change."),
    "unknown-component": gettext_noop("There is no such component."),
    "unknown-position": gettext_noop("There is no such position."),
    "unknown-phase": gettext_noop("There is no such phase."),
    "unknown-language": gettext_noop("A text is in a language that the page does not have."),
    "unknown-interruption": gettext_noop("There is no such interruption."),
    "unknown-maintenance": gettext_noop("There is no such maintenance."),
    "nothing-changes": gettext_noop("Nothing would change."),
    # Positions and interruptions.
    "sub-reason-missing": gettext_noop("Say whether it is slowed or partly disturbed."),
    "sub-reason-misplaced": gettext_noop("Only the middle position has a reason."),
    "comment-too-long": gettext_noop("A comment has at most 280 characters."),
    "text-too-long": gettext_noop("A text is too long."),
    "expected-end-past": gettext_noop("The expected end must be in the future."),
    "interruption-ended": gettext_noop("This interruption is over; a new one begins a new line."),
    "resolved-too-early": gettext_noop("It is solved only when all its components work."),
    "still-open": gettext_noop("The review comes when the interruption is over."),
    # Planned maintenance.
    "maintenance-taken": gettext_noop("There is already a maintenance with this identifier."),
    "ends-before-start": gettext_noop("The end must be after the start."),
    "maintenance-past": gettext_noop("The maintenance would lie in the past."),
    "already-begun": gettext_noop("The maintenance has begun already."),
    "not-begun": gettext_noop("The maintenance has not begun."),
    "maintenance-over": gettext_noop("The maintenance is over or cancelled."),
    # Components and sentences.
    "component-code": gettext_noop("A code has 1 to 40 small letters, digits and hyphens."),
    "component-twice": gettext_noop("A code stands twice."),
    "component-not-working": gettext_noop("A component leaves the list only when it works."),
    "last-component": gettext_noop("One component stays in the list at least."),
    "name-missing": gettext_noop("A name is missing in French, Dutch or German."),
    "sentence-missing": gettext_noop("A sentence is missing in one of the four languages."),
    # The chain.
    "stale-version": gettext_noop(
        "Somebody has changed the state in the meantime. Look at it again."
    ),
    "broken-chain": gettext_noop("The change does not follow the last published one."),
    "first-change": gettext_noop(
        "The first change names the components, the sentences and the register."
    ),
    # The proof by password and key.
    "malformed-proof": gettext_noop("The answer of the key cannot be read."),
    "unknown-key": gettext_noop("This key is not enrolled."),
    "other-persons-key": gettext_noop("This key belongs to somebody else."),
    "revoked-key": gettext_noop("This key is revoked."),
    "key-model": gettext_noop("Keys of this model are not allowed."),
    "key-algorithm": gettext_noop("This key signs in a way that is not allowed."),
    "other-change": gettext_noop("The key has signed something else."),
    "wrong-origin": gettext_noop("The key was used on another site."),
    "not-present": gettext_noop("The key was not touched."),
    "not-verified": gettext_noop("The key did not ask for its PIN."),
    "copied-key": gettext_noop("This key can be copied to other devices."),
    "counter-went-back": gettext_noop("The key has counted backwards: it may have been copied."),
    "wrong-signature": gettext_noop("The signature of the key is wrong."),
    "too-old": gettext_noop("More than two minutes have passed. Confirm again."),
    "from-the-future": gettext_noop("The change is dated in the future."),
}
