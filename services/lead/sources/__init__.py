"""Where contacts and leads come from, as a tree with what each source costs."""
