"""The projections: rows per campaign, folded from the archive and rebuilt from it at will."""
