"""Pages of this app: sign-in, one's own settings, the language switch."""
