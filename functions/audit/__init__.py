"""The audit log: who did what, when, before and after, in a hash chain per record."""
