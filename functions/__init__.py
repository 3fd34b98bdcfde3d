"""The features. What all of them import is made light first."""

import kernel.late  # noqa: F401
