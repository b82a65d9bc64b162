"""What the bot does: watch, announce, deliver and answer, through Protocols that it owns."""
