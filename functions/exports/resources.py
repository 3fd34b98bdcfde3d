"""What can be exported: the resources that features declare. The one place where a feature knows the models of all others.

Saved views are left out: who sees which of them is no matter of a permission.
"""

from functions.api_keys.models import API_KEYS
from functions.clocks.models import CLOCKS
from functions.contracts.models import CONTRACTS, TEMPLATES
from functions.flags.models import FLAGS
from functions.impersonation.models import IMPERSONATIONS
from functions.invoices.models import BALANCES, INVOICES
from functions.leads.models import LEADS
from functions.notifications.models import MESSAGES
from functions.payments.models import GATEWAYS, PAYMENT_METHODS, TRANSACTIONS
from functions.plans.models import PLANS, PRICES
from functions.settings.models import ISSUERS, TAX_RATES
from functions.staff.models import CUSTOM_ROLES, INVITATIONS, SESSIONS, STAFF
from functions.subscriptions.models import SUBSCRIPTIONS
from functions.tenants.models import CONTACTS, TENANTS
from kernel.resource import Resource

RESOURCES: dict[str, Resource] = {
    each.path.removeprefix("/v1/"): each for each in (
        API_KEYS, BALANCES, CLOCKS, CONTACTS, CONTRACTS, CUSTOM_ROLES, FLAGS, GATEWAYS, IMPERSONATIONS, INVITATIONS, INVOICES, ISSUERS,
        LEADS, MESSAGES, PAYMENT_METHODS, PLANS, PRICES, SESSIONS, STAFF, SUBSCRIPTIONS, TAX_RATES, TEMPLATES, TENANTS, TRANSACTIONS)}
