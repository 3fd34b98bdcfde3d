"""What signing in takes and gives. Passwords lose the spaces around them, here as everywhere: the user pool takes none there."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kernel.http import Body

Password = Annotated[str, Field(max_length=256)]
Code = Annotated[str, Field(min_length=6, max_length=64, examples=["123456"])]


class Login(Body):
    # An address: the user pool would also take its own name of an account, for which wrong passwords would be counted anew.
    email: str = Field(max_length=254, pattern="@", examples=["ada@example.com"])
    password: Password


class CodeAnswer(Body):
    """`token` is the challenge's, `code` from the authenticator, or a recovery code."""

    token: str = Field(max_length=8192)
    code: Code


class CodeConfirm(Body):
    code: Code


class CodeStop(Body):
    """Both are asked for again: an access token that was left open must not be enough."""

    password: Password
    code: Code


class PasswordChange(Body):
    """`new` has 12 to 256 characters, any of them."""

    current: Password
    new: Annotated[str, Field(max_length=256, examples=["violet harbour 27 moss"])]


class SignedIn(BaseModel):
    """The access token lives in memory; what renews it is in a cookie that no script reads. `mfa`: whether a code was given."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int
    session_id: str
    mfa: bool


class Challenge(BaseModel):
    """The password was right, a code is asked for: `POST /v1/auth/mfa` within three minutes."""

    challenge: Literal["mfa"] = "mfa"
    token: str


class Enrolment(BaseModel):
    """For an authenticator, shown once: the secret, and the same as an address to be shown as a QR code."""

    secret: str
    uri: str


class RecoveryCodes(BaseModel):
    """Shown once. Each opens once in place of a code, which also ends the enrolment."""

    recovery_codes: list[str]


class Ended(BaseModel):
    """How many sessions were ended."""

    ended: int


class Accept(Body):
    """`token` is what follows `#` in the link of the mail."""

    token: str = Field(min_length=1, max_length=200)
    password: str = Field(max_length=256)
