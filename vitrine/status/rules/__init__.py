"""What the status knows without a database, a clock or settings."""

from vitrine.status.rules.new_keys import NewKey as NewKey
from vitrine.status.rules.new_keys import new_key as new_key
from vitrine.status.rules.surges import Report as Report
from vitrine.status.rules.surges import Surge as Surge
from vitrine.status.rules.surges import surges as surges
