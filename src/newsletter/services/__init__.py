"""Use cases, one function each: what the command line, the desk and the public pages all do the same way.

A face reads what a person wants, calls one of these, and shows the result. Nothing here prints,
asks or knows of a page.
"""
