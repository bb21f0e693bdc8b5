"""The addresses and the consent of everyone who may be reached, as lead last told."""
