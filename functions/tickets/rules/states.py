"""The life of a ticket: which command is possible in which state, and where it leads. The table is total."""

from types import MappingProxyType

STATES = ("new", "open", "pending", "solved", "closed")
COMMANDS = ("open", "wait", "solve", "close", "ask", "answer")  # the customer asks, the staff answers
TRANSITIONS = MappingProxyType({
    ("new", "open"): "open",
    ("new", "wait"): "pending",
    ("new", "solve"): "solved",
    ("new", "ask"): "new",
    ("new", "answer"): "open",
    ("open", "wait"): "pending",
    ("open", "solve"): "solved",
    ("open", "ask"): "open",
    ("open", "answer"): "open",
    ("pending", "open"): "open",
    ("pending", "solve"): "solved",
    ("pending", "ask"): "open",
    ("pending", "answer"): "pending",
    ("solved", "open"): "open",
    ("solved", "close"): "closed",
    ("solved", "ask"): "open",
    ("solved", "answer"): "solved",
})


def transition(state: str, command: str) -> str | None:
    """The state that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((state, command))


def makes_follow_up(state: str, command: str) -> bool:
    """Whether a customer's reply becomes a ticket of its own: closed is final."""
    return state == "closed" and command == "ask"
