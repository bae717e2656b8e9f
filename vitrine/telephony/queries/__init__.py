"""Reading the telephone."""

from vitrine.telephony.queries.callers import ArrivalFacts as ArrivalFacts
from vitrine.telephony.queries.callers import CallerCard as CallerCard
from vitrine.telephony.queries.callers import arrival_facts as arrival_facts
from vitrine.telephony.queries.callers import card_of_call as card_of_call
from vitrine.telephony.queries.callers import known_number as known_number
from vitrine.telephony.queries.callers import remembered_language as remembered_language
from vitrine.telephony.queries.calls import call_backs_to_resume as call_backs_to_resume
from vitrine.telephony.queries.calls import entries_of as entries_of
from vitrine.telephony.queries.calls import rebuilt as rebuilt
from vitrine.telephony.queries.line import floor as floor
from vitrine.telephony.queries.line import valid_credentials as valid_credentials
from vitrine.telephony.queries.setup import AgentProfile as AgentProfile
from vitrine.telephony.queries.setup import DialledMeaning as DialledMeaning
from vitrine.telephony.queries.setup import agent_profile as agent_profile
from vitrine.telephony.queries.setup import agents as agents
from vitrine.telephony.queries.setup import current_menu as current_menu
from vitrine.telephony.queries.setup import current_policy as current_policy
from vitrine.telephony.queries.setup import house_rules as house_rules
from vitrine.telephony.queries.setup import meaning_of as meaning_of
from vitrine.telephony.queries.setup import our_numbers as our_numbers
