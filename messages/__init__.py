"""How it is said: words, cards and lists as pure text."""
