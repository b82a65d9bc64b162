"""The process: command line, settings, composition root, supervised loops and the ways to Telegram and the web."""
