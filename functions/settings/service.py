"""What can be done to issuers and tax rates."""

from datetime import datetime

from functions.settings import events
from functions.settings.contract import DEFAULT_ISSUER
from functions.settings.models import Issuer, IssuerCreate, IssuerUpdate, TaxRate, TaxRateCreate, TaxRateUpdate
from functions.settings.vat import check_vat_id
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import Marker, change, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid, Refused
from kernel.resource import patch


def create_issuer(body: IssuerCreate, *, actor: Actor, at: datetime) -> Issuer:
    """An issuer; the first one is the default. `Invalid` without a country, or for a VAT id that is none of that country."""
    issuer = Issuer(ids.new("set"), **body.model_dump(mode="json"))
    _check(issuer)
    issuer.is_default = marker(Issuer, DEFAULT_ISSUER) is None
    first = [Marker(Issuer, DEFAULT_ISSUER, {"issuer_id": issuer.id})] if issuer.is_default else []
    try:
        commit((issuer, events.IssuerCreated(name=issuer.name)), actor=actor, at=at, markers=first)
    except Duplicate:  # someone else's was first, between the read and the commit
        issuer.is_default = False
        commit((issuer, events.IssuerCreated(name=issuer.name)), actor=actor, at=at)
    return issuer


def update_issuer(id: str, body: IssuerUpdate, *, actor: Actor, at: datetime) -> Issuer:
    """Change what is sent; `Invalid` as for a new one."""
    issuer = Issuer.fetch(id)
    patch(issuer, body)
    _check(issuer)
    change((issuer, events.IssuerUpdated(name=issuer.name)), actor=actor, at=at)
    return issuer


def make_default(id: str, *, actor: Actor, at: datetime) -> Issuer:
    """The issuer takes the default one's place. Done already: nothing happens."""
    issuer, found = Issuer.fetch(id), marker(Issuer, DEFAULT_ISSUER) or {}
    if issuer.is_default:
        return issuer
    old = Issuer.fetch(found["issuer_id"])
    issuer.is_default, old.is_default = True, False
    moved = Marker(Issuer, DEFAULT_ISSUER, {"issuer_id": id}, expect={"issuer_id": old.id})
    commit((issuer, events.DefaultChanged()), (old, events.DefaultLost(to=id)), actor=actor, at=at, markers=[moved])
    return issuer


def create_rate(body: TaxRateCreate, *, actor: Actor, at: datetime) -> TaxRate:
    """The rate of a country that has none; `Refused("country_taken")` otherwise."""
    rate = TaxRate(ids.new("tax"), **body.model_dump())
    key = f"tax_country#{rate.country}"
    freed = marker(TaxRate, key) and {"rate_id": ""}
    try:
        commit((rate, events.TaxRateCreated(**body.model_dump())), actor=actor, at=at,
               markers=[Marker(TaxRate, key, {"rate_id": rate.id}, expect=freed)])
    except (Duplicate, Conflict) as error:
        raise Refused("country_taken", f"{rate.country} has a rate: change that one") from error
    return rate


def update_rate(id: str, body: TaxRateUpdate, *, actor: Actor, at: datetime) -> TaxRate:
    """Another percentage for the same country."""
    rate = TaxRate.fetch(id)
    patch(rate, body)
    change((rate, events.TaxRateUpdated(country=rate.country, percent=rate.percent)), actor=actor, at=at)
    return rate


def delete_rate(id: str, *, actor: Actor, at: datetime) -> None:
    """The country has no rate any more, and may get a new one."""
    rate = TaxRate.fetch(id)
    rate.deleted_at = wall()
    freed = Marker(TaxRate, f"tax_country#{rate.country}", {"rate_id": ""}, expect={"rate_id": rate.id})
    commit((rate, events.TaxRateDeleted(country=rate.country)), actor=actor, at=at, markers=[freed])


def _check(issuer: Issuer) -> None:
    if not issuer.address["country"]:
        raise Invalid("an issuer has a country: its taxes follow from it", field="address.country")
    if issuer.vat_id is not None:
        issuer.vat_id = check_vat_id(issuer.vat_id, issuer.address["country"])

