"""What can be done to templates of contracts, and what they say."""

from datetime import datetime

from functions.contracts import documents, events, language
from functions.contracts.models import Contract, ContractTemplate, ContractTemplateCreate, ContractTemplatePreview, ContractTemplateUpdate
from functions.contracts.shown import ContractPreview
from functions.plans.contract import plan, price
from functions.settings.contract import Issuer
from functions.tenants.contract import Profile
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.problems import Conflict, Invalid
from kernel.resource import attributes, patch


def create(body: ContractTemplateCreate, *, actor: Actor, at: datetime) -> ContractTemplate:
    """`Invalid`, with the line, for a text that the language of templates does not have."""
    template = ContractTemplate(ids.new(ContractTemplate.prefix), **attributes(body))
    language.check(template.body, template.fields)
    commit((template, events.TemplateCreated()), actor=actor, at=at)
    return template


def update(id: str, body: ContractTemplateUpdate, *, actor: Actor, at: datetime) -> ContractTemplate:
    """Change what is sent. As `create`."""
    template = ContractTemplate.fetch(id)
    patch(template, body)
    language.check(template.body, template.fields)
    change((template, events.TemplateUpdated()), actor=actor, at=at)
    return template


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    template = ContractTemplate.fetch(id)
    template.deleted_at = wall()
    commit((template, events.TemplateDeleted()), actor=actor, at=at)


def restore(id: str, *, actor: Actor, at: datetime) -> ContractTemplate:
    """`Conflict` for one that is not deleted."""
    template = ContractTemplate.fetch(id, deleted=True)
    if template.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    template.deleted_at = None
    commit((template, events.TemplateRestored()), actor=actor, at=at)
    return template


def preview(id: str, body: ContractTemplatePreview) -> ContractPreview:
    """The text with sample values; nothing is saved. As `create`."""
    template = ContractTemplate.fetch(id)
    fields = template.fields if body.fields is None else body.fields
    text = language.render(template.body if body.body is None else body.body, language.SAMPLES, fields)
    names = [*language.SAMPLES, *(f"{language.CUSTOM}.{name}" for name in fields)]
    return ContractPreview(data=language.blocks(text), variables=sorted(names))


def written(contract: Contract, template: ContractTemplate, profile: Profile, issuer: Issuer) -> str:
    """What the contract says by the template as it is now. `Invalid` for fields that are not those of the template."""
    _check_fields(contract, template)
    custom = {name: documents.printable(value) for name, value in contract.fields.items()}
    return language.render(template.body, _values(contract, profile, issuer), custom)


def _check_fields(contract: Contract, template: ContractTemplate) -> None:
    if missing := sorted(template.fields.keys() - contract.fields.keys()):
        raise Invalid(f"the template asks for {missing[0]}", code="missing_field", field=f"fields.{missing[0]}")
    if unknown := sorted(contract.fields.keys() - template.fields.keys()):
        raise Invalid(f"the template has no field {unknown[0]}", code="unknown_field", field=f"fields.{unknown[0]}")


def _values(contract: Contract, profile: Profile, issuer: Issuer) -> dict[str, str]:
    starts_on, ends_on = (documents.day(at, contract.language, contract.zone) for at in (contract.starts_at, contract.ends_at))
    found = {
        "tenant_name": profile.name, "tenant_address": documents.address(profile.address), "tenant_email": profile.email,
        "tenant_vat_id": profile.vat_id, "issuer_name": issuer.name, "issuer_address": documents.address(issuer.address),
        "issuer_vat_id": issuer.vat_id, "title": contract.title, "signer_name": contract.signer_name,
        "starts_on": starts_on, "ends_on": ends_on, "notice_days": str(contract.notice_days),
        "renewal_months": str(contract.renewal_months or ""), **_sold(contract)}
    return {name: documents.printable(value) for name, value in found.items()}


def _sold(contract: Contract) -> dict[str, str]:
    if contract.price_id is None:
        return {"plan": "", "price": ""}
    agreed = price(contract.price_id)
    each = documents.interval(agreed.interval, contract.language)
    every = each if agreed.interval_count == 1 else f"{agreed.interval_count} × {each}"
    amount = documents.money(agreed.unit_amount, agreed.currency, contract.language)
    return {"plan": plan(agreed.plan_id).name, "price": f"{amount} / {every}"}
