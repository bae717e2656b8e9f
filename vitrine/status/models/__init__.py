"""The state of the register: what is published, who may change it, who is to be called."""

from vitrine.status.models.aside import SetAside as SetAside
from vitrine.status.models.chain import Event as Event
from vitrine.status.models.chain import PublishedTarget as PublishedTarget
from vitrine.status.models.chain import Standing as Standing
from vitrine.status.models.components import CommentTemplate as CommentTemplate
from vitrine.status.models.components import Component as Component
from vitrine.status.models.components import SentenceRevision as SentenceRevision
from vitrine.status.models.editors import Attempt as Attempt
from vitrine.status.models.editors import KeyEnrolment as KeyEnrolment
from vitrine.status.models.editors import PreparedChange as PreparedChange
from vitrine.status.models.editors import SecurityKey as SecurityKey
from vitrine.status.models.occasions import Interruption as Interruption
from vitrine.status.models.occasions import Maintenance as Maintenance
from vitrine.status.models.probes import Probe as Probe
from vitrine.status.models.probes import ProbeResult as ProbeResult
from vitrine.status.models.watch import Duty as Duty
from vitrine.status.models.watch import Proposal as Proposal
from vitrine.status.models.watch import SurgeThreshold as SurgeThreshold
