"""The life of a tenant: which command is possible in which state, and where it leads. The table is total."""

from types import MappingProxyType

COMMANDS = ("provision", "activate", "suspend", "resume", "offboard", "delete")
TRANSITIONS = MappingProxyType({
    ("requested", "provision"): "provisioning",
    ("provisioning", "activate"): "active",
    ("active", "suspend"): "suspended",
    ("suspended", "resume"): "active",
    ("requested", "offboard"): "offboarding",
    ("provisioning", "offboard"): "offboarding",
    ("active", "offboard"): "offboarding",
    ("suspended", "offboard"): "offboarding",
    ("offboarding", "delete"): "deleted",
})


def transition(status: str, command: str) -> str | None:
    """The state that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))
