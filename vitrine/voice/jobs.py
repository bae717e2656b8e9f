"""What the worker does with the simulator."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from procrastinate.contrib.django import app

from vitrine.telephony.actions import FORESEE, keep_forecast
from vitrine.telephony.queries import forecast_question
from vitrine.voice.planning import foresee_within

PATIENCE_SECONDS = 60.0
NICER_BY = 10


@app.task(name=FORESEE, lock="voice.foresee", pass_context=False)
def play_forecast(forecast_id: int) -> None:
    """Play a forecast in a process of its own, so that mails do not wait for it."""
    try:
        question = forecast_question(forecast_id)
        if question is None:
            return
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            1, mp_context=spawning, initializer=os.nice, initargs=(NICER_BY,)
        ) as pool:
            playing = pool.submit(foresee_within, question.as_json(), seconds=PATIENCE_SECONDS)
            keep_forecast(forecast_id, answer=playing.result())
    except (ValueError, BrokenProcessPool) as fault:
        keep_forecast(forecast_id, failure=str(fault) or type(fault).__name__)
