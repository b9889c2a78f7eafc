"""Pages of the desk, one module a page. Views find, ask and answer; rules live below (`actions`, `workflow`, `standing`)."""
