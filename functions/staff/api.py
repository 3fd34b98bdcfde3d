"""POST /v1/auth/login|refresh|logout   GET /v1/staff[/{id}]"""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.staff import service
from functions.staff.models import STAFF, Login, Session
from kernel.config import setting
from kernel.http import Api
from kernel.problems import Forbidden, Unauthenticated
from kernel.verbs import mount

COOKIE = "__Secure-session"
MAX_AGE = 30 * 24 * 3600

handler = Api(public=("/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout"))
mount(handler, STAFF, verbs=("list", "get", "timeline"))


def _signed_in(session: Session, cookie: str | None) -> Response[Session]:
    return Response(200, "application/json", session, cookies=[_cookie(cookie, MAX_AGE)] if cookie else [],
                    headers={"Cache-Control": "no-store"})


def _cookie(value: str, age: int) -> Cookie:
    return Cookie(COOKIE, value, path="/v1/auth", secure=True, http_only=True, same_site=SameSite.STRICT_MODE, max_age=age)


def _same_origin() -> None:
    """A cookie is only listened to from our own pages: a foreign site can make a browser send it, but not with this Origin."""
    origin = handler.current_event.headers.get("origin")
    if origin not in setting("ALLOWED_ORIGINS").split(","):
        raise Forbidden("cookies are only taken from this application's own origin")


def _held() -> str:
    _same_origin()
    cookie = handler.cookie(COOKIE)
    if not cookie:
        raise Unauthenticated("no session, sign in")
    return cookie


@handler.post("/v1/auth/login", operation_id="login")
def login(body: Login) -> Response[Session]:
    """Signs in. The answer to an unknown address, a wrong password and a disabled account is the same."""
    return _signed_in(*service.login(body.email, body.password, at=handler.at))


@handler.post("/v1/auth/refresh", operation_id="refresh", security=[{"session": []}])
def refresh() -> Response[Session]:
    """A new access token for the session in the cookie, which is changed too."""
    return _signed_in(*service.refresh(_held(), at=handler.at))


@handler.post("/v1/auth/logout", status_code=204, operation_id="logout", security=[{"session": []}])
def logout() -> Response[None]:
    """Ends the session in the cookie."""
    service.logout(_held())
    return Response(204, cookies=[_cookie("", 0)])
