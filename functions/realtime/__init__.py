"""Tells open consoles at once what has changed, over a WebSocket, and what they have missed."""
