"""The telephone under load and under fire: real Asterisk, real daemon, real database.

    make bench-phone                     how soon telephones ring and people hear each other
    make soak-phone                      load: 20 calls a second with 200 on hold; then kills
    make soak-phone ARGS="kills --kills 20 --seed 7"

Callers and agents are processes of their own (`telephones`). Everything that is claimed is read
from outside: from what the telephones saw, from the journal of calls, from /proc.
"""
