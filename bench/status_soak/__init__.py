"""What must never happen to the public state, tried for long: `python -m bench.status_soak`.

    torn      S3: 1 000 publications, 1 000 000 reads of four files: none torn, mixed or going back
    down      S4: PostgreSQL and the application are stopped; 60 s at 5 000 requests a second
    killed    S5: 500 SIGKILLs of the publisher at random instants: the tree is always whole
    alike     S6: 10 000 changes of equal length, several a second: no wrong 304
    all       the four, one after the other

Each against `serve.py` and, where it is installed, nginx with the files of `deploy/nginx`. The
tests run the same code with small numbers.
"""

from bench.status_soak.alike import alike
from bench.status_soak.down import down
from bench.status_soak.killed import killed
from bench.status_soak.torn import torn

__all__ = ["alike", "down", "killed", "torn"]
