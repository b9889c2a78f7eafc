"""Reports: the month's figures, each defined once, on the page, in files and behind every number the list it counts. Reads only."""
