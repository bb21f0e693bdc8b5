"""Authority: who may approve how much, and who stands in for whom."""
