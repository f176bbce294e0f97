"""The pure heart: accounts, entries, gifts, grants, laws and figures. No clock, no file, no SQL."""
