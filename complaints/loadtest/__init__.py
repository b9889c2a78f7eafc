"""Many made-up complaints for measuring: both languages, three years, the same ones for the same seed (`manage.py load_test`).

They go into the tables by COPY. Not here: the demo company, whose complaints walk the real road.
"""
