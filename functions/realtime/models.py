"""What is asked and answered about live changes."""

from pydantic import BaseModel, Field

from kernel.problems import Problem


class Gone(Problem):
    """What was missed is not known any more."""

    status, code = 410, "cursor_gone"


class Ticket(BaseModel):
    """`url`: where the socket opens, once and within `expires_in` seconds, from this origin and for this session. It is closed two hours
    after it was opened at the latest: a client opens another one after `reconnect_after` seconds. One that sends nothing for ten minutes
    is closed too: `{"frame": "ping"}` every `ping_every` seconds keeps it open. `cursor`: where a client stands: when the socket has
    opened, it asks with it for what has changed before, and from then on keeps the newest cursor that it is told."""

    url: str = Field(examples=["wss://abc123.execute-api.eu-central-1.amazonaws.com/live?ticket=b3Blbi1zZXNhbWU"])
    expires_in: int = Field(examples=[30])
    reconnect_after: int = Field(examples=[6600])
    ping_every: int = Field(examples=[240])
    cursor: str = Field(examples=["2026-01-31T12:00:00.000000Z"])


class RecordChange(BaseModel):
    """That a record has changed, by whom and how; what it is now, its resource says. `resource`: the last part of its list's address."""

    type: str = Field(examples=["tenants.updated"])
    resource: str = Field(examples=["tenants"])
    id: str = Field(examples=["ten_01KG9CPJ00Z3CTVKTZZX3PQN7M"])
    version: int = Field(examples=[3])
    actor: str = Field(examples=["stf_01KG9CPJ00Z3CTVKTZZX3PQN7M"])


class RecordChanges(BaseModel):
    """What has changed, in the order in which it became known; some of it may have been told before: `id` and `version` say so.
    `cursor`: with it one asks the next time, at once where there is `more`."""

    data: list[RecordChange]
    cursor: str = Field(examples=["2026-01-31T12:00:00.000000Z"])
    more: bool
