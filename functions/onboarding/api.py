"""/v1/onboarding: POST for a tenant that has none, POST …/{id}/tick|skip|reopen   /v1/onboarding/templates with POST …/{id}/make-default"""

from aws_lambda_powertools.event_handler import Response

from functions.onboarding import service, templates
from functions.onboarding.models import (
    CHECKLISTS,
    ONBOARDING_TEMPLATES,
    ChecklistCreate,
    ChecklistView,
    ItemNamed,
    ItemSkip,
    OnboardingTemplate,
    OnboardingTemplateCreate,
    OnboardingTemplateUpdate,
    OnboardingTemplateView,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, ONBOARDING_TEMPLATES, verbs=("list", "get", "timeline", "bulk"))
mount(handler, CHECKLISTS, verbs=("list", "get", "retry", "timeline", "bulk"))
may_write = requires("onboarding.write")


@handler.post("/v1/onboarding/templates", middlewares=may_write, status_code=201)
def post_template(body: OnboardingTemplateCreate) -> Response[OnboardingTemplateView]:
    return made(ONBOARDING_TEMPLATES, templates.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/onboarding/templates/<id>", middlewares=may_write)
def patch_template(id: Id, body: OnboardingTemplateUpdate) -> Response[OnboardingTemplateView]:
    OnboardingTemplate.fetch(id)
    handler.demand_match()
    return answer(again(lambda: templates.update(id, body, actor=handler.actor, at=handler.at)), OnboardingTemplateView)


@handler.delete("/v1/onboarding/templates/<id>", middlewares=may_write, status_code=204)
def delete_template(id: Id) -> Response[None]:
    OnboardingTemplate.fetch(id)
    handler.demand_match()
    templates.delete(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/onboarding/templates/<id>/restore", middlewares=may_write)
def restore_template(id: Id) -> Response[OnboardingTemplateView]:
    return answer(templates.restore(id, actor=handler.actor, at=handler.at), OnboardingTemplateView)


@handler.post("/v1/onboarding/templates/<id>/make-default", middlewares=may_write)
def make_default(id: Id) -> Response[OnboardingTemplateView]:
    """Makes a template the one that checklists of new tenants are made from."""
    return answer(again(lambda: templates.make_default(id, actor=handler.actor, at=handler.at)), OnboardingTemplateView)


@handler.post("/v1/onboarding", middlewares=may_write, status_code=201)
def post(body: ChecklistCreate) -> Response[ChecklistView]:
    """Begins a checklist for a tenant that has none, such as one from before there was a template."""
    return made(CHECKLISTS, service.create(body, actor=handler.actor, at=handler.at))


@handler.post("/v1/onboarding/<id>/tick", middlewares=may_write)
def tick(id: Id, body: ItemNamed) -> Response[ChecklistView]:
    """An item is done. Not while items that come before it are open."""
    return answer(service.tick(id, body.item, actor=handler.actor, at=handler.at), ChecklistView)


@handler.post("/v1/onboarding/<id>/skip", middlewares=may_write)
def skip(id: Id, body: ItemSkip) -> Response[ChecklistView]:
    """An item need not be done, for that reason."""
    return answer(service.skip(id, body.item, body.reason, actor=handler.actor, at=handler.at), ChecklistView)


@handler.post("/v1/onboarding/<id>/reopen", middlewares=may_write)
def reopen(id: Id, body: ItemNamed) -> Response[ChecklistView]:
    """An item is to be done after all."""
    return answer(service.reopen(id, body.item, actor=handler.actor, at=handler.at), ChecklistView)
