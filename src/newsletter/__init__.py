"""From a pasted post to a sent issue: newsletters for small clinics."""

__version__ = "0.1.0"
