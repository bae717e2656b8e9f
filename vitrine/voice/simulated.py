"""The played telephone with the agents of this house: who is not signed in is played, too."""

from pathlib import Path
from typing import TYPE_CHECKING

from vitrine.telephony import queries
from vitrine.voice.records import with_database
from vitrine.voice.simulated_line import SimulatedLine
from vitrine.voice.simulated_people import Colleague, Manners, Population

if TYPE_CHECKING:
    from vitrine.voice.daemon import Daemon

MOST_KNOWN = 200
"""People of the directory among the callers."""


def simulated_line(*, epoch: str, recordings: Path) -> SimulatedLine:
    """Callers as on any day; the colleagues are those who could take calls."""
    colleagues = [
        Colleague(name=one.name, languages=one.languages, services=one.services, rank=one.rank)
        for one in with_database(queries.agents)
        if one.languages
    ]
    return SimulatedLine(
        Population(
            Manners(),
            seed=int(epoch, 16),
            numbers=with_database(lambda: queries.numbers_of_persons(most=MOST_KNOWN)),
            away=[
                number
                for number, meaning in with_database(queries.our_numbers).items()
                if meaning.colleague
            ],
        ),
        epoch=epoch,
        colleagues=colleagues,
        recordings=recordings,
    )


class SimulatedHands:
    """What a person does at a telephone that is not there."""

    def __init__(self, line: SimulatedLine) -> None:
        self._line = line

    def watch(self, daemon: "Daemon") -> None:
        """Whoever gives an instruction has taken his place himself."""
        carry_out = daemon.desks.carry_out

        def carry_out_and_leave(told: object) -> str:
            agent = getattr(told, "agent", "")
            if agent in self._line.colleagues:
                self._line.leave_to_person(agent)
            return carry_out(told)  # type: ignore[arg-type]

        daemon.desks.carry_out = carry_out_and_leave  # type: ignore[method-assign]

    def pick_up(self, agent: str) -> bool:
        """Answer what rings at this place."""
        return self._line.pick_up(agent)

    def decline(self, agent: str) -> bool:
        """Refuse it."""
        return self._line.decline(agent)

    def listen(self, call: str, *, supervisor: str, whisper: bool = False) -> bool:
        """There is nothing to hear."""
        return False

    def stop_listening(self, call: str, *, supervisor: str) -> None:
        """Nothing to do."""
