"""Faults on purpose: things are killed, frozen, repeated and poisoned while the main flow runs through.

Each drill plays the steps of the demonstration on real servers, does its damage, waits until all is
quiet, and compares: every event applied once, every mail sent once, and the databases the same as
after a run that nobody disturbed.
"""
