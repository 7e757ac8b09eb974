"""What a browser sees: the desk, on this machine only, and later the public pages."""
