"""What other features may use of API keys: the resource, to count what a list of it would show."""

from functions.api_keys.models import API_KEYS

__all__ = ["API_KEYS"]
