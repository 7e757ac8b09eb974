"""The people: who they are, what they agreed to, and who must not be mailed."""
