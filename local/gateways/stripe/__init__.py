"""A Stripe simulator with state, for the unmodified official SDK. See the README one folder up."""

from local.gateways.stripe.app import create_app

__all__ = ["create_app"]
