"""Everything that changes the telephone's records. The beat: lock, check, change, record."""

from vitrine.telephony.actions.call_tickets import settle_phone_call as settle_phone_call
from vitrine.telephony.actions.calling_back import end_call_back as end_call_back
from vitrine.telephony.actions.calling_back import (
    leave_call_backs_to_people as leave_call_backs_to_people,
)
from vitrine.telephony.actions.calling_back import note_try as note_try
from vitrine.telephony.actions.calling_back import put_call_back_back as put_call_back_back
from vitrine.telephony.actions.calling_back import take_call_back as take_call_back
from vitrine.telephony.actions.credentials import Issued as Issued
from vitrine.telephony.actions.credentials import forget_credentials as forget_credentials
from vitrine.telephony.actions.credentials import issue_credential as issue_credential
from vitrine.telephony.actions.credentials import revoke_credentials as revoke_credentials
from vitrine.telephony.actions.erasing import erase_numbers as erase_numbers
from vitrine.telephony.actions.erasing import erase_recording as erase_recording
from vitrine.telephony.actions.erasing import erase_voicemail as erase_voicemail
from vitrine.telephony.actions.erasing import erase_what_is_due as erase_what_is_due
from vitrine.telephony.actions.erasing import keep_recording as keep_recording
from vitrine.telephony.actions.for_colleagues import acknowledge_message as acknowledge_message
from vitrine.telephony.actions.for_colleagues import leave_message as leave_message
from vitrine.telephony.actions.forecasts import FORESEE as FORESEE
from vitrine.telephony.actions.forecasts import ask_forecast as ask_forecast
from vitrine.telephony.actions.forecasts import keep_forecast as keep_forecast
from vitrine.telephony.actions.history import keep_history as keep_history
from vitrine.telephony.actions.instructing import CHANNEL as CHANNEL
from vitrine.telephony.actions.instructing import answer_instruction as answer_instruction
from vitrine.telephony.actions.instructing import check_may_dial as check_may_dial
from vitrine.telephony.actions.instructing import forget_instructions as forget_instructions
from vitrine.telephony.actions.instructing import instruct_phone as instruct_phone
from vitrine.telephony.actions.instructing import take_instructions as take_instructions
from vitrine.telephony.actions.journal import TELL_CALLS as TELL_CALLS
from vitrine.telephony.actions.journal import append_events as append_events
from vitrine.telephony.actions.journal import keep_events as keep_events
from vitrine.telephony.actions.overseeing import oversee_call as oversee_call
from vitrine.telephony.actions.phrase_recordings import MENDINGS as MENDINGS
from vitrine.telephony.actions.phrase_recordings import REFUSALS as REFUSALS
from vitrine.telephony.actions.phrase_recordings import Taken as Taken
from vitrine.telephony.actions.phrase_recordings import drop_recording as drop_recording
from vitrine.telephony.actions.phrase_recordings import take_recording as take_recording
from vitrine.telephony.actions.picture import show_floor as show_floor
from vitrine.telephony.actions.setting_up import change_menu as change_menu
from vitrine.telephony.actions.setting_up import change_policy as change_policy
from vitrine.telephony.actions.setting_up import give_up_number as give_up_number
from vitrine.telephony.actions.setting_up import set_endpoint as set_endpoint
from vitrine.telephony.actions.setting_up import set_up_number as set_up_number
from vitrine.telephony.actions.telling import tell_calls as tell_calls
from vitrine.telephony.actions.telling import tell_left_behind as tell_left_behind
from vitrine.telephony.actions.vanished import end_vanished_calls as end_vanished_calls
from vitrine.telephony.actions.voicemails import note_heard as note_heard
from vitrine.telephony.actions.voicemails import store_voicemail as store_voicemail
