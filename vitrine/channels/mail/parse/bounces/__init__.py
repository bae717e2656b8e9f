"""Delivery reports: RFC 3464, and the shapes of mail systems that never read it."""

from vitrine.channels.mail.parse.bounces.reports import comes_from_robot, report_kind, robot
from vitrine.channels.mail.parse.bounces.returned import returned_ids

__all__ = ["comes_from_robot", "report_kind", "returned_ids", "robot"]
