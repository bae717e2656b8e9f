"""Everything that changes what is public, and who may change it."""

from vitrine.status.actions.attempts import note_attempt as note_attempt
from vitrine.status.actions.chain import append_event as append_event
from vitrine.status.actions.chain import begin_chain as begin_chain
from vitrine.status.actions.chain import check_chain as check_chain
from vitrine.status.actions.chain import draw_new_day as draw_new_day
from vitrine.status.actions.chain import import_events as import_events
from vitrine.status.actions.changing import confirm_change as confirm_change
from vitrine.status.actions.changing import prepare_change as prepare_change
from vitrine.status.actions.keys import begin_enrolment as begin_enrolment
from vitrine.status.actions.keys import challenge_enrolment as challenge_enrolment
from vitrine.status.actions.keys import confirm_enrolment as confirm_enrolment
from vitrine.status.actions.keys import enrol_key as enrol_key
from vitrine.status.actions.keys import revoke_key as revoke_key
from vitrine.status.actions.keys import withdraw_enrolment as withdraw_enrolment
from vitrine.status.actions.publishing import publish_standing as publish_standing
from vitrine.status.actions.signing_in import confirm_sign_in as confirm_sign_in
from vitrine.status.actions.signing_in import prepare_sign_in as prepare_sign_in
from vitrine.status.actions.watching import accept_proposal as accept_proposal
from vitrine.status.actions.watching import add_duty as add_duty
from vitrine.status.actions.watching import dismiss_proposal as dismiss_proposal
from vitrine.status.actions.watching import end_duty as end_duty
from vitrine.status.actions.watching import propose as propose
from vitrine.status.actions.watching import propose_by_the_clock as propose_by_the_clock
from vitrine.status.actions.watching import set_surge_threshold as set_surge_threshold
from vitrine.status.actions.watching import withdraw_proposals as withdraw_proposals
