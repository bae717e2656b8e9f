"""What a machine proposes, as a sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from vitrine.desk.rendering.state.probes import fault_words
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.publication.events import read_instant
from vitrine.status.choices import ProposalSource
from vitrine.status.models import Proposal


@dataclass(frozen=True)
class ProposalWords:
    """What was seen, and what is proposed."""

    pk: int
    seen: str
    proposed: str
    tone: str
    shape: str
    window: int | None
    """The maintenance that begins or ends, by its row."""
    step: str


def proposal_words(proposal: Proposal) -> ProposalWords:
    """`6 tickets from 3 organisations in 10 minutes: password` and `slowed`."""
    words = words_of(proposal.position, sub_reason=proposal.sub_reason)
    return ProposalWords(
        pk=proposal.pk,
        seen=_seen(proposal),
        proposed=words.text,
        tone=words.tone,
        shape=words.shape,
        window=proposal.facts.get("window"),
        step=proposal.facts.get("step", ""),
    )


def _seen(proposal: Proposal) -> str:
    facts = proposal.facts
    if proposal.source == ProposalSource.SURGE:
        return _(
            "%(tickets)s tickets from %(organisations)s organisations in %(minutes)s minutes: "
            "%(topic)s"
        ) % {
            "tickets": facts.get("tickets", ""),
            "organisations": facts.get("organisations", ""),
            "minutes": facts.get("minutes", ""),
            "topic": facts.get("topic", proposal.subject),
        }
    if proposal.source == ProposalSource.MAINTENANCE:
        if facts.get("step") == "end":
            return _("The planned end of the maintenance has come.")
        return _("A planned maintenance is to begin now.")
    if proposal.source == ProposalSource.OVERRUN:
        end = facts.get("expected_end", "")
        return _("The expected end has passed: %(moment)s.") % {
            "moment": moment_words(read_instant(end)) if end else ""
        }
    what = fault_words(facts.get("fault", ""), detail=facts.get("detail", ""))
    return _("Probe %(name)s: %(what)s") % {"name": proposal.subject, "what": what}
