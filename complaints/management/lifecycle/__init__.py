"""`docs/lifecycle.md` and its picture, made from `complaints.workflow`, so that they cannot say anything else.

`manage.py lifecycle_doc` writes them; a test keeps them fresh. Not here: the rules themselves.
"""
