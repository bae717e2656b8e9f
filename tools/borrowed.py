"""Sentences that other packages say and that we translate ourselves.

Django and allauth bring their own catalogues; ours is read before them. Here
stand those of their sentences that they leave in English, or say in words that
are not ours. This file is read by `tools.messages`, never run.
"""

BORROWED: tuple[str, ...] = ()
