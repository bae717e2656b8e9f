"""The door of the settings."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import LEADERS, StaffRequest, open_to


@open_to(*LEADERS)
@require_safe
def settings(_request: StaffRequest) -> HttpResponse:
    """The first page of the settings."""
    return redirect("desk:question-types")
