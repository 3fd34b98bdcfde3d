"""The peer: tenants in Django with DRF and django-filter on SQLite, behind apig-wsgi. What a team would write instead of this project.

As fair as it can be: it verifies the same RS256 token against the same key document, reads the session and its member of staff, and checks
the role, as the kernel does. Only what an API needs is installed: no admin, no sessions of Django's own, JSON as the one renderer.
"""

import os
from functools import cache

import django
from django.conf import settings

STARTPROJECT_APPS = [f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")]
STARTPROJECT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware"]
settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="of-the-benchmark", USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"], "CONN_MAX_AGE": None}},
    INSTALLED_APPS=[*STARTPROJECT_APPS, "django_filters", "rest_framework"], MIDDLEWARE=STARTPROJECT_MIDDLEWARE,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}], STATIC_URL="static/",
    REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
                    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"]})
django.setup()

import jwt  # noqa: E402
from apig_wsgi import make_lambda_handler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_filters import rest_framework as filters  # noqa: E402
from rest_framework import authentication, exceptions, mixins, pagination, permissions, routers, serializers, viewsets  # noqa: E402


class Staff(models.Model):
    subject = models.CharField(max_length=64, primary_key=True)
    role = models.CharField(max_length=16)
    active = models.BooleanField(default=True)
    is_authenticated = True

    class Meta:
        app_label = "peer"


class Session(models.Model):
    id = models.CharField(max_length=64, primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "peer"


class Tenant(models.Model):
    class Status(models.TextChoices):
        REQUESTED = "requested"
        PROVISIONING = "provisioning"
        ACTIVE = "active"
        SUSPENDED = "suspended"
        OFFBOARDING = "offboarding"
        DELETED = "deleted"

    id = models.CharField(max_length=40, primary_key=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)
    extra = models.JSONField(default=dict)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    status = models.CharField(max_length=16, choices=Status, default=Status.REQUESTED)
    phone = models.CharField(max_length=30, null=True)
    address = models.JSONField(default=dict)
    vat_id = models.CharField(max_length=20, null=True)
    vat_id_valid = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    language = models.CharField(max_length=2, default="en")
    plan_id = models.CharField(max_length=40, null=True)
    owner_id = models.CharField(max_length=40, null=True)
    tags = models.JSONField(default=list)
    clock_id = models.CharField(max_length=40, null=True)

    class Meta:
        app_label = "peer"
        indexes = [models.Index(fields=[field, "created_at"]) for field in ("status", "plan_id", "owner_id")]


@cache
def keys():
    return jwt.PyJWKClient(os.environ["JWKS_URL"], lifespan=3600, timeout=5)


class TokenAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request):
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer":
            return None
        try:
            claims = jwt.decode(token, keys().get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer=os.environ["ISSUER"],
                                options={"require": ["exp", "iss", "sub", "origin_jti"], "verify_aud": False})
            session = Session.objects.select_related("staff").get(pk=claims["origin_jti"], staff_id=claims["sub"],
                                                                  expires_at__gt=timezone.now(), staff__active=True)
        except (jwt.PyJWTError, Session.DoesNotExist) as error:
            raise exceptions.AuthenticationFailed from error
        return session.staff, session

    def authenticate_header(self, request):
        return "Bearer"


class MayUseTenants(permissions.BasePermission):
    def has_permission(self, request, view):
        read = request.method in permissions.SAFE_METHODS
        return bool(request.user and request.user.is_authenticated and (read or request.user.role in ("owner", "admin", "billing")))


class TenantSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tenant
        fields = ["id", "version", "created_at", "updated_at", "deleted_at", "extra", "name", "email", "status", "phone", "address", "vat_id",
                  "vat_id_valid", "zone", "currency", "language", "plan_id", "owner_id", "tags", "clock_id"]
        read_only_fields = ["id", "version", "created_at", "updated_at", "deleted_at", "status", "vat_id_valid", "plan_id"]


class TenantFilter(filters.FilterSet):
    class Meta:
        model = Tenant
        fields = {"status": ["exact", "in"], "plan_id": ["exact", "in"], "owner_id": ["exact", "in"],
                  "created_at": ["gte", "lte", "gt", "lt"]}


class Pages(pagination.CursorPagination):
    page_size, page_size_query_param, max_page_size, ordering = 50, "limit", 100, ("-created_at", "id")


class TenantViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet):
    queryset = Tenant.objects.filter(deleted_at=None)
    authentication_classes = [TokenAuthentication]
    permission_classes = [MayUseTenants]
    serializer_class = TenantSerializer
    filter_backends = [filters.DjangoFilterBackend]
    filterset_class = TenantFilter
    pagination_class = Pages


router = routers.SimpleRouter(trailing_slash=False)
router.register("tenants", TenantViewSet)
urlpatterns = [path("v1/", include(router.urls))]
handler = make_lambda_handler(get_wsgi_application())


def fill(rows, staff, session):
    """The tables with these rows; dates are texts."""
    with connection.schema_editor() as schema:
        for model in (Staff, Session, Tenant):
            schema.create_model(model)
    Staff(**staff).save()
    Session(**session, staff_id=staff["subject"]).save()
    Tenant.objects.bulk_create([Tenant(**row) for row in rows], batch_size=500)


