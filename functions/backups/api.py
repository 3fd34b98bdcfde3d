"""/v1/backups: standard verbs   POST /v1/backups   GET …/{id}/manifest   POST …/{id}/verify   POST …/{id}/restore   GET …/{id}/plan"""

from aws_lambda_powertools.event_handler import Response

from functions.backups import files, service
from functions.backups.models import BACKUPS, Backup, BackupCreate, BackupView, Manifest, Plan, Restore
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer
from kernel.verbs import mount

handler = Api()
mount(handler, BACKUPS, verbs=("list", "get", "timeline", "retry", "bulk"))


@handler.post("/v1/backups", middlewares=requires("backups.write"), status_code=202)
def post(body: BackupCreate) -> Response[BackupView]:
    """Makes a backup now: a job, and `Location` says where its progress is. With `manifest_key` registers one that is in the bucket."""
    if body.manifest_key is not None:
        made = service.register(body.manifest_key, body.note, handler.principal, actor=handler.actor, at=handler.at)
    else:
        made = service.request(note=body.note, requested_by=handler.principal.id, actor=handler.actor, at=handler.at)
    found = answer(made, BackupView, status=202)
    found.headers["Location"] = f"{BACKUPS.path}/{made.id}"
    return found


@handler.get("/v1/backups/<id>/manifest", middlewares=requires("backups.read"))
def manifest(id: Id) -> Manifest:
    """What is in a backup: each table's items and their hash, each file with its own. Checked against the hash that the record has."""
    return files.manifest(Backup.fetch(id))


@handler.post("/v1/backups/<id>/verify", middlewares=requires("backups.write"), status_code=202)
def verify(id: Id) -> Response[BackupView]:
    """Restores it into scratch tables, compares what is in them with the manifest, and removes them. A job, as making one is."""
    return answer(again(lambda: service.verify(id, actor=handler.actor, at=handler.at)), BackupView, status=202)


@handler.post("/v1/backups/<id>/restore", middlewares=requires("backups.restore", alone=True), status_code=202)
def restore(id: Id, body: Restore) -> Response[BackupView]:
    """Brings back everything, into a stack that is empty, or one tenant, into one that lives on. First a dry run, whose plan the second
    request confirms. An owner's alone."""
    done = again(lambda: service.restore(id, body, handler.principal, actor=handler.actor, at=handler.at))
    return answer(done, BackupView, status=202)


@handler.get("/v1/backups/<id>/plan", middlewares=requires("backups.restore"))
def plan(id: Id) -> Plan:
    """What the newest dry run found, and what became of it."""
    return service.plan(id)
