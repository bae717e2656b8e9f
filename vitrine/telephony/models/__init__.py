"""The tables of the telephone. Written only by `telephony.actions`."""

from vitrine.telephony.models.call_backs import CallBack as CallBack
from vitrine.telephony.models.calls import Call as Call
from vitrine.telephony.models.calls import CallEntry as CallEntry
from vitrine.telephony.models.forecasts import Forecast as Forecast
from vitrine.telephony.models.line import FloorPicture as FloorPicture
from vitrine.telephony.models.line import Instruction as Instruction
from vitrine.telephony.models.line import SipCredential as SipCredential
from vitrine.telephony.models.setup import DialledNumber as DialledNumber
from vitrine.telephony.models.setup import Endpoint as Endpoint
from vitrine.telephony.models.setup import MenuVersion as MenuVersion
from vitrine.telephony.models.setup import PolicyVersion as PolicyVersion
from vitrine.telephony.models.spoken import ColleagueMessage as ColleagueMessage
from vitrine.telephony.models.spoken import PhraseRecording as PhraseRecording
from vitrine.telephony.models.spoken import Recording as Recording
from vitrine.telephony.models.spoken import Voicemail as Voicemail
