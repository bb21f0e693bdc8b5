"""Groups of contacts chosen by rule, and their resolution into pages for a campaign."""
