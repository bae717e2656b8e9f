"""The calendar as values: working time, and the closing days of a year."""

from vitrine.calendars.rules.closing_days import (
    PlannedClosing,
    bridge_day_candidates,
    closings_to_prefill,
    easter,
    legal_days,
    regulatory_days,
    year_end_days,
)
from vitrine.calendars.rules.working_time import HORIZON, Frame, WorkingCalendar, check_frames

__all__ = [
    "HORIZON",
    "Frame",
    "PlannedClosing",
    "WorkingCalendar",
    "bridge_day_candidates",
    "check_frames",
    "closings_to_prefill",
    "easter",
    "legal_days",
    "regulatory_days",
    "year_end_days",
]
