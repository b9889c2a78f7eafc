"""Faults against the real processes: `make faults`; `make faults BROKEN=1` shows that each check can fail.

A company, its clock workers, its queue and its mail server are started, hurt and looked at from outside. Not here: the product's own tests.
"""
