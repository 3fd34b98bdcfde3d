"""Stand-ins for the payment gateways, so that money can move on a machine without an account."""
