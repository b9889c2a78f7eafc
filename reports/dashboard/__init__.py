"""The dashboard and the sheet of the morning: pages over `reports.board`, `reports.standing`, `reports.repeats` and `reports.morning`."""
