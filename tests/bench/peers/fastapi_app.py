"""The other peer: tenants in FastAPI with SQLAlchemy on SQLite, behind Mangum.

As fair as it can be: it verifies the same RS256 token against the same key document, reads the session and its member of staff, and checks
the role, as the kernel does.
"""

import json
import os
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON, ForeignKey, Index, create_engine, select, tuple_
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

engine = create_engine(f"sqlite:///{os.environ['PEER_DATABASE']}")


class Status(StrEnum):
    REQUESTED = "requested"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    OFFBOARDING = "offboarding"
    DELETED = "deleted"


class Base(DeclarativeBase):
    pass


class Staff(Base):
    __tablename__ = "staff"
    subject: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)


class StaffSession(Base):
    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.subject"))
    expires_at: Mapped[datetime]
    staff: Mapped[Staff] = relationship()


class Tenant(Base):
    __tablename__ = "tenants"
    __table_args__ = tuple(Index(f"tenants_{name}", name, "created_at") for name in ("status", "plan_id", "owner_id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    name: Mapped[str]
    email: Mapped[str]
    status: Mapped[str] = mapped_column(default="requested")
    phone: Mapped[str | None]
    address: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    vat_id: Mapped[str | None]
    vat_id_valid: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(default="UTC")
    currency: Mapped[str] = mapped_column(default="EUR")
    language: Mapped[str] = mapped_column(default="en")
    plan_id: Mapped[str | None]
    owner_id: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    clock_id: Mapped[str | None]


class TenantIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(max_length=254, pattern="^[^@]+@[^@]+$")
    phone: str | None = None
    address: dict[str, Any] = {}
    vat_id: str | None = None
    zone: str = "UTC"
    currency: str = "EUR"
    language: str = "en"
    owner_id: str | None = None
    tags: list[str] = []
    clock_id: str | None = None
    extra: dict[str, Any] = {}


class TenantOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    extra: dict[str, Any]
    name: str
    email: str
    status: Status
    phone: str | None
    address: dict[str, Any]
    vat_id: str | None
    vat_id_valid: bool
    zone: str
    currency: str
    language: str
    plan_id: str | None
    owner_id: str | None
    tags: list[str]
    clock_id: str | None


class Page(BaseModel):
    data: list[TenantOut]
    next_cursor: str | None


@cache
def keys() -> jwt.PyJWKClient:
    return jwt.PyJWKClient(os.environ["JWKS_URL"], lifespan=3600, timeout=5)


def database() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Database = Annotated[Session, Depends(database)]


def staff(bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())], database: Database) -> Staff:
    token = bearer.credentials
    try:
        claims = jwt.decode(token, keys().get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer=os.environ["ISSUER"],
                            options={"require": ["exp", "iss", "sub", "origin_jti"], "verify_aud": False})
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    found = database.get(StaffSession, claims["origin_jti"], options=[joinedload(StaffSession.staff)])
    if found is None or found.expires_at <= datetime.now(UTC).replace(tzinfo=None) or found.staff_id != claims["sub"]:
        raise HTTPException(401)
    if not found.staff.active:
        raise HTTPException(401)
    return found.staff


def writer(staff: Annotated[Staff, Depends(staff)]) -> Staff:
    if staff.role not in ("owner", "admin", "billing"):
        raise HTTPException(403)
    return staff


app = FastAPI(title="tenants")


@app.get("/v1/tenants", dependencies=[Depends(staff)])
def list_tenants(
        database: Database, status: Annotated[list[Status] | None, Query()] = None, plan_id: Annotated[list[str] | None, Query()] = None,
        owner_id: Annotated[list[str] | None, Query()] = None, created_at__gte: datetime | None = None,
        created_at__lte: datetime | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 50, cursor: str | None = None) -> Page:
    query = select(Tenant).where(Tenant.deleted_at.is_(None)).order_by(Tenant.created_at.desc(), Tenant.id.desc()).limit(limit + 1)
    for column, values in ((Tenant.status, status), (Tenant.plan_id, plan_id), (Tenant.owner_id, owner_id)):
        if values:
            query = query.where(column.in_(values))
    if created_at__gte:
        query = query.where(Tenant.created_at >= created_at__gte)
    if created_at__lte:
        query = query.where(Tenant.created_at <= created_at__lte)
    if cursor:
        at, id = json.loads(urlsafe_b64decode(cursor))
        query = query.where(tuple_(Tenant.created_at, Tenant.id) < (datetime.fromisoformat(at), id))
    found = list(database.scalars(query))
    last = found[limit - 1] if len(found) > limit else None
    following = urlsafe_b64encode(json.dumps([last.created_at.isoformat(), last.id]).encode()).decode() if last else None
    return Page(data=[TenantOut.model_validate(row) for row in found[:limit]], next_cursor=following)


@app.get("/v1/tenants/{id}", dependencies=[Depends(staff)])
def get_tenant(id: str, database: Database) -> TenantOut:
    found = database.get(Tenant, id)
    if found is None or found.deleted_at is not None:
        raise HTTPException(404)
    return TenantOut.model_validate(found)


@app.post("/v1/tenants", status_code=201, dependencies=[Depends(writer)])
def create_tenant(body: TenantIn, database: Database) -> TenantOut:
    now = datetime.now(UTC).replace(tzinfo=None)
    made = Tenant(id=f"ten_{uuid.uuid4().hex}", created_at=now, updated_at=now, **body.model_dump())
    database.add(made)
    database.commit()
    return TenantOut.model_validate(made)


handler = Mangum(app, lifespan="off")


def fill(rows: list[dict[str, Any]], staff: dict[str, Any], session: dict[str, Any]) -> None:
    """The tables with these rows; dates are texts."""
    Base.metadata.create_all(engine)
    with Session(engine) as open_:
        open_.add(Staff(**staff))
        open_.add(StaffSession(id=session["id"], expires_at=_naive(session["expires_at"]), staff_id=staff["subject"]))
        open_.add_all(Tenant(**row | {name: _naive(row[name]) for name in ("created_at", "updated_at")}) for row in rows)
        open_.commit()


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


