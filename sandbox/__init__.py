"""The world in miniature: a local Telegram and a local petition site on a movable clock."""
