"""The story of complaints as people live it: a real browser, the started product, nothing looked up behind its back."""
