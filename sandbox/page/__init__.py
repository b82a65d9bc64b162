"""The sandbox's page: chats with the bot on the left, the petition site and its time on the right."""
