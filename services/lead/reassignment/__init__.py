"""Many leads given anew in one run."""
