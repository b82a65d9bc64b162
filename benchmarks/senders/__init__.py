"""Processes that send to the local server: ours and its peers. Each says what it measured in one line of JSON."""
