"""What the page of one complaint shows, worked out from the record, the rules and the history: facts, steps, plan, timeline, decisions.

An edge like the views that use it. Not here: markup (templates/complaints), and anything that changes a complaint.
"""
