"""The invented petitions: what they ask, and what will become of them in the hours after the sandbox starts."""
