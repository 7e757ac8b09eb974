"""What a browser sees: the desk, on this machine only, and the public pages."""
