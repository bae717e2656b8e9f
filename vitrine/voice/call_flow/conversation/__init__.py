"""What a caller hears and keys until a person takes over: the menu, the queue, other ways.

Pure like the core. Everything passes through `Conversation.handle` first; what it gives back are
orders for the line (`talking.Order`), timers, and events for the core; the core's commands are
told to it as well, so that it falls silent when somebody answers.
"""

from vitrine.voice.call_flow.conversation.door import Conversation
from vitrine.voice.call_flow.conversation.pace import Pace, ahead_and_agents
from vitrine.voice.call_flow.conversation.speaking import TIMER, Effect
from vitrine.voice.call_flow.conversation.talk import Stage, Talk, Then

__all__ = ["TIMER", "Conversation", "Effect", "Pace", "Stage", "Talk", "Then", "ahead_and_agents"]
