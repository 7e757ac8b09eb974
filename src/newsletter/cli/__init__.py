"""The command line. Only click is imported at the top; each command brings what it needs."""
