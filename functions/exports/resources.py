"""What can be exported: the resources that features declare. The one place where a feature knows the models of all others.

Saved views are left out: who sees which of them is no matter of a permission.
"""

from functions.announcements.models import ANNOUNCEMENTS
from functions.api_keys.models import API_KEYS
from functions.articles.models import ARTICLES
from functions.backups.models import BACKUPS
from functions.clocks.models import CLOCKS
from functions.content.models import CONTENT, ENTITLEMENTS
from functions.contracts.models import CONTRACT_TEMPLATES, CONTRACTS
from functions.flags.models import FLAGS
from functions.health.models import CHECKS, INCIDENTS
from functions.impersonation.models import IMPERSONATIONS
from functions.insights.models import CHURN
from functions.invoices.models import BALANCES, INVOICES
from functions.leads.models import LEADS
from functions.notifications.models import MESSAGES
from functions.onboarding.models import CHECKLISTS, ONBOARDING_TEMPLATES
from functions.payments.models import GATEWAYS, PAYMENT_METHODS, TRANSACTIONS
from functions.plans.models import PLANS, PRICES
from functions.reconciliation.models import DIFFERENCES, RUNS
from functions.settings.models import ISSUERS, TAX_RATES
from functions.staff.models import CUSTOM_ROLES, INVITATIONS, SESSIONS, STAFF
from functions.subscriptions.models import SUBSCRIPTIONS
from functions.tenants.models import CONTACTS, TENANTS
from functions.tickets.models import SLA_POLICIES, TICKETS
from kernel.resource import Resource

RESOURCES: dict[str, Resource] = {
    each.path.removeprefix("/v1/"): each for each in (
        ANNOUNCEMENTS, API_KEYS, ARTICLES, BACKUPS, BALANCES, CHECKLISTS, CHECKS, CHURN, CLOCKS, CONTACTS, CONTENT, CONTRACTS,
        CONTRACT_TEMPLATES, CUSTOM_ROLES, DIFFERENCES, ENTITLEMENTS, FLAGS, GATEWAYS, IMPERSONATIONS, INCIDENTS, INVITATIONS, INVOICES,
        ISSUERS, LEADS, MESSAGES, ONBOARDING_TEMPLATES, PAYMENT_METHODS, PLANS, PRICES, RUNS, SESSIONS, SLA_POLICIES, STAFF,
        SUBSCRIPTIONS, TAX_RATES, TENANTS, TICKETS, TRANSACTIONS)}
