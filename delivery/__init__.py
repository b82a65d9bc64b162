"""When a message may leave and how it ended: alerts owed, messages to send, lanes, verdicts and pacing."""
