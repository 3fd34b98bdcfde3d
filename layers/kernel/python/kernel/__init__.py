"""What every feature stands on. No word of the domain in here: it knows records, events, callers and time, but no invoice."""
