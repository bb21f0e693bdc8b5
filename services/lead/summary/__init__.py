"""How leads stand: sums by company, department, region, source, owner and period, age, and the funnel."""
