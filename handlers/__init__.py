"""Telegram coming in: parse, call one service, answer."""
