"""What settings tell others."""

from kernel.audit import Payload


class IssuerCreated(Payload, event="settings.issuer_created"):
    """Another company of ours can issue invoices."""

    name: str


class IssuerUpdated(Payload, event="settings.issuer_updated"):
    """Invoices and mail made from now on show the issuer as it is now."""

    name: str


class DefaultChanged(Payload, event="settings.default_changed"):
    """The subject issues what names no issuer from now on."""


class DefaultLost(Payload, event="settings.default_lost"):
    """Another issuer took the subject's place as the default."""

    to: str


class TaxRateCreated(Payload, event="settings.tax_rate_created"):
    """A country is taxed at its own rate."""

    country: str
    percent: str


class TaxRateUpdated(Payload, event="settings.tax_rate_updated"):
    """Invoices of that country drafted from now on have this rate."""

    country: str
    percent: str


class TaxRateDeleted(Payload, event="settings.tax_rate_deleted"):
    """A country has no rate of its own any more."""

    country: str
