"""Reading what is public, and what is proposed."""

from vitrine.status.queries.chain import ChainState as ChainState
from vitrine.status.queries.chain import chain_state as chain_state
from vitrine.status.queries.chain import names_of_actors as names_of_actors
from vitrine.status.queries.looking import look as look
from vitrine.status.queries.preview import after_change as after_change
from vitrine.status.queries.standing import REMINDER as REMINDER
from vitrine.status.queries.standing import Banner as Banner
from vitrine.status.queries.standing import banner as banner
from vitrine.status.queries.standing import coming as coming
from vitrine.status.queries.standing import in_language as in_language
from vitrine.status.queries.standing import sentence as sentence
from vitrine.status.queries.standing import soon as soon
from vitrine.status.queries.standing import spoken_state as spoken_state
from vitrine.status.queries.standing import standing_bulletin as standing_bulletin
from vitrine.status.queries.texts import comment_choices as comment_choices
from vitrine.status.queries.texts import filled_comment as filled_comment
from vitrine.status.queries.watch import last_looks as last_looks
from vitrine.status.queries.watch import on_call as on_call
from vitrine.status.queries.watch import open_proposals as open_proposals
from vitrine.status.queries.watch import surge_threshold as surge_threshold
from vitrine.status.queries.watch import targets as targets
