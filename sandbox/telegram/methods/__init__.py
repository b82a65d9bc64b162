"""The methods of the Bot API, a file a family: each is a function of the world and a call."""
