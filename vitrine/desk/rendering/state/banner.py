"""What stands above every page of the desk while something is wrong or proposed."""

from dataclasses import dataclass

from vitrine.accounts.models import Account
from vitrine.desk.rendering.state.proposals import ProposalWords, proposal_words
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.status.access import proposals_for, sees_proposals
from vitrine.status.queries import banner, open_proposals


@dataclass(frozen=True)
class BannerLine:
    """Position in words and shape, sentence, comment, expected end."""

    tone: str
    shape: str
    word: str
    sentence: str
    comment: str
    comment_language: str
    end: str
    is_overrun: bool
    since: str
    interruption: str


def banner_line(language: str) -> BannerLine | None:
    """What everybody is told in `language`; None while everything works and nothing is said."""
    told = banner(language)
    if told is None:
        return None
    words = words_of(told.position)
    return BannerLine(
        tone=words.tone,
        shape=words.shape,
        word=words.text,
        sentence=told.sentence,
        comment=told.comment,
        comment_language=told.comment_language or language,
        end=moment_words(told.expected_end),
        is_overrun=told.is_overrun,
        since=moment_words(told.since),
        interruption=told.interruption,
    )


def open_proposals_of(account: Account) -> list[ProposalWords]:
    """What is proposed and undecided, for those whom it concerns."""
    if not sees_proposals(account):
        return []
    seen = proposals_for(account).filter(pk__in=open_proposals().values("pk"))
    return [proposal_words(each) for each in seen]
