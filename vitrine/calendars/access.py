"""Who may change the calendar of the desk."""

from django.db.models import QuerySet

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.calendars.models import ClosingDay

PLANNERS = (Role.PROJECT_LEADER, Role.MANAGER, Role.ADMINISTRATOR)


def closing_days_for(account: Account) -> QuerySet[ClosingDay]:
    """The closing days that `account` may change."""
    return ClosingDay.objects.all() if account.has_role(*PLANNERS) else ClosingDay.objects.none()
