"""This document, as JSON and as a page to read and try it."""
