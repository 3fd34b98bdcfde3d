"""Roles of one's own: made of what there is, granted by who has it, in force at the next request."""

import re
from itertools import product

import pytest

from functions.plans.api import handler as plans
from functions.staff import grants, members, roles
from functions.staff.grants import PERMISSIONS, TENANTS_MAY
from functions.staff.models import SESSIONS, CustomRole, Staff, StaffUpdate
from kernel import dynamodb
from kernel.access import ROLES, Principal
from kernel.http import _Permission
from kernel.problems import Conflict
from tests.conftest import AT
from tests.integration.invoices.company import an_issuer
from tests.integration.staff.people import ALL, SYSTEM, person, role_of
from tests.integration.writes.company import APIS
from tests.unit.source import FUNCTIONS, files

pytestmark = pytest.mark.usefixtures("pool")
PLAN = {"name": "Pro"}
OWN = ({"staff.write", "staff.read"}, {"staff.*", "plans.write"}, {"*.write", "*.read"}, {"staff.write", "tenants.*", "*.read"}, {"*"})


def match(role):
    return {"if-match": f'"{CustomRole.find(role.id).version}"'}


def in_force():
    item = dynamodb.get("principals", "roles") or {}
    return {name: sorted(value["SS"]) for name, value in item.items() if "SS" in value}


def test_a_role_is_in_force_with_its_record_and_gone_with_it():
    owner = person()
    made = owner.ask("POST", "/v1/staff/roles", {"name": "Sales", "permissions": ["tenants.read", "*.read", "tenants.read"]})
    assert (made.status, made.body["permissions"]) == (201, ["*.read", "tenants.read"])
    path = made.headers["Location"]
    role = CustomRole.fetch(made.body["id"])
    assert in_force() == {role.id: ["*.read", "tenants.read"]}
    assert owner.ask("PATCH", path, {"name": "S"}).status == 428
    changed = owner.ask("PATCH", path, {"permissions": ["plans.*"]}, headers=match(role))
    assert (changed.status, in_force()) == (200, {role.id: ["plans.*"]})
    assert owner.ask("PATCH", path, {"name": "Other"}, headers={"if-match": '"1"'}).status == 412
    assert owner.ask("DELETE", path, headers=match(role)).status == 204
    assert (in_force(), owner.ask("GET", path).status) == ({}, 404)
    assert owner.ask("POST", f"{path}/restore").body["permissions"] == ["plans.*"]
    assert in_force() == {role.id: ["plans.*"]}
    assert owner.ask("POST", f"{path}/restore").status == 409
    types = [each["type"] for each in owner.ask("GET", f"{path}/timeline").body["data"]]
    assert types == ["staff.role_saved", "staff.role_saved", "staff.role_deleted", "staff.role_saved"]
    assert owner.ask("GET", "/v1/staff/roles", sort="name").body["data"][0]["name"] == "Sales"


def test_what_a_role_permits_counts_at_the_next_request_of_who_has_it():
    owner, role = person(), role_of("plans.read")
    other = person(role.id)
    assert [other.ask("GET", "/v1/plans", api=plans).status, other.ask("POST", "/v1/plans", PLAN, api=plans).status] == [200, 403]
    assert owner.ask("PATCH", f"/v1/staff/roles/{role.id}", {"permissions": ["plans.write"]}, headers=match(role)).status == 200
    assert [other.ask("GET", "/v1/plans", api=plans).status, other.ask("POST", "/v1/plans", PLAN, api=plans).status] == [403, 201]


def test_a_role_that_somebody_has_is_not_deleted():
    owner, role = person(), role_of("plans.read")
    other, path = person(role.id), f"/v1/staff/roles/{role.id}"
    refused = owner.ask("DELETE", path, headers=match(role))
    assert (refused.status, refused.body["code"]) == (409, "role_in_use")
    assert owner.ask("POST", f"/v1/staff/{other.id}/disable").status == 200  # they may come back
    assert owner.ask("DELETE", path, headers=match(role)).body["code"] == "role_in_use"
    assert owner.ask("DELETE", f"/v1/staff/{other.id}").status == 204
    assert owner.ask("DELETE", path, headers=match(role)).status == 204
    assert owner.ask("POST", f"/v1/staff/{other.id}/restore").status == 422  # there is no such role now
    assert owner.ask("POST", f"{path}/restore").status == 200
    assert owner.ask("POST", f"/v1/staff/{other.id}/restore").status == 200
    assert owner.ask("PATCH", f"/v1/staff/{other.id}", {"role": "viewer"}).status == 200
    assert owner.ask("DELETE", path, headers=match(role)).status == 204


def test_a_role_that_is_deleted_at_the_very_moment_is_not_given_to_anybody(monkeypatch):
    other, role, check = person("viewer"), role_of("plans.read"), grants.check_role

    def checked(*args):
        check(*args)
        roles.delete(role.id, actor=SYSTEM, at=AT)

    monkeypatch.setattr(grants, "check_role", checked)
    with pytest.raises(Conflict):
        members.update(other.id, StaffUpdate(role=role.id), ALL, actor=SYSTEM, at=AT)
    assert (Staff.fetch(other.id).role, in_force()) == ("viewer", {})


@pytest.mark.parametrize("permission", ["plans.fly", "nothing.read", "plans", "", "*.fly", "nothing.*", "plans.read.write", "**", "PLANS.READ"])
def test_an_unknown_permission_is_refused_by_name(permission):
    refused = person().ask("POST", "/v1/staff/roles", {"name": "R", "permissions": ["plans.read", permission]})
    assert (refused.status, refused.body["code"], refused.body["errors"][0]["field"]) == (422, "unknown_permission", "permissions")
    assert repr(permission) in refused.body["detail"]


def test_a_role_permits_something():
    assert person().ask("POST", "/v1/staff/roles", {"name": "R", "permissions": []}).status == 422


def test_the_list_of_permissions_is_complete():
    asked = {each.name for api in APIS for route in [*api._static_routes, *api._dynamic_routes] for each in route.middlewares
             if isinstance(each, _Permission) and each.name}
    for path in files(FUNCTIONS):
        asked |= set(re.findall(r'(?:may|require)\("([a-z_]+\.[a-z_]+)"\)', path.read_text()))
    assert list(PERMISSIONS) == sorted(asked | {SESSIONS.may_read})  # which a use case asks for


def test_everyone_who_reads_staff_sees_what_can_be_permitted_and_who_may_do_it():
    told = person("viewer").ask("GET", "/v1/staff/permissions").body
    assert {each["permission"] for each in told["data"]} == set(PERMISSIONS)
    assert told["roles"] == {role: sorted(permissions) for role, permissions in ROLES.items()}
    assert told["tenants"] == list(TENANTS_MAY)
    for each in told["data"]:
        assert each["held_by"] == [role for role in ROLES if Principal("", frozenset(ROLES[role])).may(each["permission"])]


def test_nobody_gives_back_what_they_lack():
    """Who was disabled or has left comes back with their role, and a role with what it permits."""
    owner, weak, admin, strong = person(), person(role_of("staff.*").id), person("admin"), role_of("plans.write")
    member, role = f"/v1/staff/{admin.id}", f"/v1/staff/roles/{strong.id}"
    for out, back in ((("POST", f"{member}/disable"), f"{member}/enable"), (("DELETE", member), f"{member}/restore"),
                      (("DELETE", role), f"{role}/restore")):
        assert owner.ask(*out, headers=match(strong) if out[1] == role else {}).status < 300
        refused = weak.ask("POST", back)
        assert (refused.status, refused.body["permission"]) == (403, "plans.write" if out[1] == role else "*")
        assert owner.ask("POST", back).status == 200


def lattice():
    """(who acts, what they would give): every pair of built-in roles, and of sets of permissions."""
    sets = [*((role, ROLES[role]) for role in ROLES), *((None, own) for own in OWN)]
    return [(actor, held, granted, wanted) for (actor, held), (granted, wanted) in product(sets, sets)]


def test_nobody_gives_anybody_a_permission_that_they_lack():
    """For all pairs: by making a role, changing one, giving one, inviting into one."""
    person()
    an_issuer()  # from whom invitations come
    ids = {frozenset(own): role_of(*own).id for own in OWN}
    actors, other, own = {}, person("viewer"), role_of("staff.read")
    for number, (actor, held, granted, wanted) in enumerate(lattice()):
        name = actor or ids[frozenset(held)]
        actors[name] = actors.get(name) or person(name)
        who, role = actors[name], granted or ids[frozenset(wanted)]
        holds, principal = who.principal.permissions, who.principal
        allowed = principal.may("staff.write") and all(
            not holds.isdisjoint({each, "*"}) or ("*" not in each and principal.may(each)) for each in wanted)
        allowed_role = allowed and (granted != "owner" or actor == "owner")
        other = other if Staff.fetch(other.id).role == "viewer" else person("viewer")
        answers = {
            "make": who.ask("POST", "/v1/staff/roles", {"name": "R", "permissions": sorted(wanted)}),
            "change": who.ask("PATCH", f"/v1/staff/roles/{own.id}", {"permissions": sorted(wanted)}, headers=match(own)),
            "give": who.ask("PATCH", f"/v1/staff/{other.id}", {"role": role, "name": "B"}),
            "invite": who.ask("POST", "/v1/staff/invitations", {"name": "B", "email": f"b{number}@example.test", "role": role})}
        for how, answer in answers.items():
            may = allowed if how in ("make", "change") else allowed_role
            if how == "give" and role == "viewer" and principal.may("staff.write"):
                may = True  # they are that already
            assert answer.status in ((200, 201) if may else (403,)), (how, name, role, sorted(wanted), answer.body)
            if not may and answer.body["code"] == "forbidden":
                assert answer.body["permission"] in {*wanted, "staff.write"}
        assert Staff.fetch(other.id).role == (role if allowed_role else "viewer")
