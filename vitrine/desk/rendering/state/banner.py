"""What stands above every page of the desk while something is wrong or proposed."""

from dataclasses import dataclass

from vitrine.accounts.models import Account
from vitrine.desk.rendering.state.proposals import ProposalWords, proposal_words
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.publication import moments
from vitrine.publication.bulletin import Bulletin
from vitrine.status.access import proposals_for, sees_proposals
from vitrine.status.queries import in_language, open_proposals, soon, standing_bulletin
from vitrine.status.queries.standing import banner_of


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


@dataclass(frozen=True)
class SoonLine:
    """A window that begins within a day: title, from when to when, what is to be expected."""

    title: str
    title_language: str
    when: str
    effect: str


def banner_line(language: str) -> BannerLine | None:
    """What everybody is told in `language`; None while everything works and nothing is said."""
    return banner_line_of(standing_bulletin(), language=language)


def soon_lines(bulletin: Bulletin | None, *, language: str) -> list[SoonLine]:
    """The maintenance of which everybody is reminded."""
    lines = []
    for each in soon(bulletin) if bulletin else ():
        title, spoken = in_language(each.titles, language=language)
        when = moments.window(each.starts_at, each.ends_at, language=language)
        effect = words_of(each.effect).text if each.effect.severity else ""
        lines.append(SoonLine(title, spoken, when, effect))
    return lines


def banner_line_of(bulletin: Bulletin | None, *, language: str) -> BannerLine | None:
    """The same of a bulletin that was read already."""
    told = banner_of(bulletin, language=language) if bulletin else None
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
