"""Pre-sales requests: somebody asks for material, a sample, a quotation, advice, and is answered in time."""
