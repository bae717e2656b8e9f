"""Asking what a day at the telephone would be like; the answer is played by the worker."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.models import Forecast
from vitrine.telephony.rules.what_if import WhatIf

FORESEE = "vitrine.voice.foresee"
"""The task that plays a forecast; it belongs to the package that has the simulator."""


@transaction.atomic
def ask_forecast(question: WhatIf, *, title: str = "", by: Account) -> Forecast:
    """Have `question` played; the page is woken when there is an answer."""
    row = Forecast.objects.create(
        title=title.strip()[:120], question=question.as_json(), asked_by=by, asked_at=now()
    )
    record("forecast.asked", subject=row, by=by)
    defer_task(FORESEE, forecast_id=row.pk)
    return row


@transaction.atomic
def keep_forecast(
    forecast_id: int, *, answer: Mapping[str, Any] | None = None, failure: str = ""
) -> bool:
    """Keep the answer, or why there is none; the first counts. False: it had one, or is gone.

    Give one of the two.
    """
    row = Forecast.objects.select_for_update().filter(pk=forecast_id).first()
    if row is None or row.answered_at is not None:
        return False
    row.answer = None if failure else dict(answer or {})
    row.failure, row.answered_at = failure[:200], now()
    row.save(update_fields=["answer", "failure", "answered_at"])
    record("forecast.answered", subject=row, by=None, failure=row.failure)
    return True
