"""What the gate is measured with: honest objects, and payloads that try to carry what may not pass.

The hostile ones are data by category in ``hostile/`` and generators beside it; tests and the benchmark use both.
"""
