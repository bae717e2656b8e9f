"""The forms about the state of the register."""

from vitrine.desk.forms.state.answers import AnswerForm as AnswerForm
from vitrine.desk.forms.state.changes import ChangeForm as ChangeForm
from vitrine.desk.forms.state.components import ComponentForm as ComponentForm
from vitrine.desk.forms.state.components import OwnerForm as OwnerForm
from vitrine.desk.forms.state.maintenances import MaintenanceForm as MaintenanceForm
from vitrine.desk.forms.state.moments import BrusselsField as BrusselsField
from vitrine.desk.forms.state.templates import TemplateForm as TemplateForm
from vitrine.desk.forms.state.texts import ReviewTextForm as ReviewTextForm
from vitrine.desk.forms.state.texts import SentencesForm as SentencesForm
from vitrine.desk.forms.state.watch import DutyForm as DutyForm
from vitrine.desk.forms.state.watch import ThresholdForm as ThresholdForm
