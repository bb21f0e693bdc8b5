"""The demonstration: one campaign from plan to evaluation, played by different people over HTTP alone.

The steps stand in ``steps.STEPS`` and can be taken one by one, with whatever one likes in between.
"""
