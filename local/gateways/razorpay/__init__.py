"""A Razorpay simulator with state, speaking what `functions/payments` asks of it. See the README one folder up."""

from local.gateways.razorpay.app import create_app

__all__ = ["create_app"]
