"""The page at /v1/docs: Swagger UI with the document in it, in one file that asks no other host for anything."""

import base64
import hashlib
import re
from pathlib import Path

from aws_lambda_powertools.event_handler.openapi import swagger_ui


def page(document: str) -> tuple[str, str]:
    """The HTML of an OpenAPI document, and the Content-Security-Policy under which just its own scripts run."""
    folder = Path(swagger_ui.__file__).parent
    script, style = ((folder / name).read_text() for name in ("swagger-ui-bundle.min.js", "swagger-ui.min.css"))
    html = swagger_ui.generate_swagger_html(document.replace("</", "<\\/"), script, style, "", None)
    html = html.replace("<title>Swagger UI</title>", "<title>Platform Owner API</title>")
    ours = " ".join(f"'sha256-{_sha256(each)}'" for each in re.findall(r"<script>(.*?)</script>", html, re.DOTALL))
    # Swagger UI sets styles in elements, and has its pictures in itself.
    return html, (f"default-src 'none'; script-src {ours}; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none';"
                  " form-action 'none'; frame-ancestors 'none'")


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
