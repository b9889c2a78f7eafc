"""The list of complaints: which ones (`criteria`), found by words (`finding`), a page of them in order (`pages`).

Every query begins at `visible_to`. Not here: the form and address of a filter (`forms.filters`), what rows say (`views.list_rows`).
"""
