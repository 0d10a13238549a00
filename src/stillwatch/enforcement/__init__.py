"""Acting on verdicts, gradually and reversibly: policy, brakes, decisions, gateways."""
