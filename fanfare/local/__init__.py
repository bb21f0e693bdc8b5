"""Private servers on the loopback interface: what tests, the demo, benches and fault drills run on.

Each server keeps its data in a folder of its own, takes free ports and dies with its owner.
"""
