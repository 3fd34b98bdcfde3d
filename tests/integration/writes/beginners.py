"""What can be asked about onboarding: its templates, and the checklists of tenants."""

from functions.onboarding.models import Checklist
from tests.integration.writes.asking import Write, after, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import Company, due, news

ROOT = "/v1/onboarding"
TEMPLATES = f"{ROOT}/templates"
TEMPLATE = {"name": "T", "items": [{"key": "contact", "title": "Contact", "done_by": "tenants.contact_created", "due_days": 1},
                                   {"key": "call", "title": "Call"}]}  # fmt: skip


def template(company: Company) -> str:
    return company.made(TEMPLATES, TEMPLATE)


def another(company: Company) -> str:
    """One that is not the default."""
    template(company)
    return template(company)


def newcomer(company: Company) -> str:
    """A tenant that was activated, and has no checklist yet."""
    template(company)
    return company.active_tenant()


def checklist(company: Company) -> str:
    return company.made(ROOT, {"tenant_id": newcomer(company)})


def known(company: Company) -> str:
    """A contact at a tenant that has a checklist."""
    tenant = newcomer(company)
    company.made(ROOT, {"tenant_id": tenant})
    return company.made("/v1/contacts", {"tenant_id": tenant, "name": "Ada", "email": "ada@acme.test"})


def leaving(company: Company) -> str:
    tenant = newcomer(company)
    company.made(ROOT, {"tenant_id": tenant})
    company.done("POST", f"/v1/tenants/{tenant}/offboard", {"reason": "gone"})
    return tenant


def onboarding() -> dict[str, Write]:
    one, path, call, ticked = f"{TEMPLATES}/{{}}", f"{ROOT}/{{}}", {"item": "call"}, {"onboarding.items_ticked": 1}
    return {
        "add a template": post(TEMPLATES, TEMPLATE, {"onboarding.template_created": 1}),
        "change a template": patch(one, {"name": "New"}, {"onboarding.template_updated": 1}, template),
        "delete a template": delete(one, {"onboarding.template_deleted": 1}, template, headers={"if-match": '"1"'}),
        "restore a template": post(one + "/restore", None, {"onboarding.template_restored": 1}, gone(TEMPLATES, template)),
        "make a template the default": post(one + "/make-default", None, {"onboarding.default_changed": 1, "onboarding.default_lost": 1},
                                            another),
        "begin a checklist": Write(lambda company, it: ("POST", ROOT, {"tenant_id": it}), {"onboarding.started": 1}, newcomer),
        "tick an item": post(path + "/tick", call, ticked, checklist),
        "skip an item": post(path + "/skip", call | {"reason": "known"}, {"onboarding.item_skipped": 1}, checklist),
        "reopen an item": post(path + "/reopen", call, {"onboarding.item_reopened": 1}, after(checklist, (path + "/tick", call))),
        "tick an item of two checklists": bulk(ROOT, "tick", {"onboarding.items_ticked": 2}, two(checklist), call),
        "begin a checklist by an activation": message("onboarding", news, {"onboarding.started": 1}, newcomer),
        "tick an item by what has happened": message("onboarding", news, ticked, known),
        "end a checklist": message("onboarding", news, {"onboarding.canceled": 1}, leaving),
        "tell what is overdue": message("onboarding", due, {"onboarding.overdue": 1}, checklist),
        "retry a checklist": post(path + "/retry", None, {"onboarding.retried": 1}, stuck(Checklist, "onboarding", checklist)),
    }
