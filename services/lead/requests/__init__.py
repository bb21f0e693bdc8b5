"""Pre-sales requests: somebody asks for material, a sample, a quotation or advice, and gets an answer in time."""
