"""Programs and database killed under a stream of mail: sent = stored = ticketed.

Ten kills here; `make soak-mail` does 200.
"""

import os
import random

from tests.servers.landscape import running_landscape
from tests.servers.storm import storm

KILLS = int(os.environ.get("VITRINE_TEST_KILLS", "10"))
RATE = float(os.environ.get("VITRINE_TEST_RATE", "5"))


def test_nothing_is_lost_and_nothing_twice_when_anything_is_killed(own_place):
    seed = int(os.environ.get("VITRINE_TEST_SEED", random.SystemRandom().randrange(10**6)))
    with running_landscape(own_place, durable=True) as land:
        verdict = storm(land, kills=KILLS, rate=RATE, seed=seed, settle_within=180)
    assert not verdict.wrong, str(verdict)
    assert verdict.sent == verdict.stored == verdict.tickets, str(verdict)
    assert verdict.sent > KILLS, str(verdict)
