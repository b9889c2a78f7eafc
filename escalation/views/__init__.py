"""Pages for administrators: time limits, working calendars, how the product runs, mail that did not go out. For everybody else they do
not exist.
"""
