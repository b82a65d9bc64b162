"""Telegram in miniature: a local Bot API server, and the people, groups, topics and channels behind it."""
