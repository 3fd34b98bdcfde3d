"""Fields that request bodies of several features have: e-mail address, telephone number, time zone, language, postal address."""

from typing import Annotated

from pydantic import AfterValidator, Field

from kernel.http import Body


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        # Whether a domain takes mail is found out by sending; names of the tests' own domain (RFC 6761) are addresses too.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def _phone(text: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise ValueError("an international number, such as +49 30 123456") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("an international number, such as +49 30 123456")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("not an IANA time zone, such as Europe/Berlin") from error
    return name


Email = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_email)]
Phone = Annotated[str, Field(max_length=30, examples=["+49 30 123456"]), AfterValidator(_phone)]
"""Becomes E.164."""
Zone = Annotated[str, Field(max_length=64, examples=["Europe/Berlin"]), AfterValidator(_zone)]
Language = Annotated[str, Field(pattern="^[a-z]{2}$", examples=["en"])]
TAG = "^[a-z0-9][a-z0-9_-]{0,39}$"
Tags = Annotated[list[Annotated[str, Field(pattern=TAG)]], Field(max_length=20)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["DE"])]


class Address(Body):
    """A postal address; `country` is ISO 3166-1 alpha-2, empty while it is not known."""

    line1: str = Field(default="", max_length=120)
    line2: str = Field(default="", max_length=120)
    postal_code: str = Field(default="", max_length=20)
    city: str = Field(default="", max_length=80)
    region: str = Field(default="", max_length=80)
    country: str = Field(default="", pattern="^([A-Z]{2})?$")
