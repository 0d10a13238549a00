"""The live lab node: takes traffic in, keeps verdicts current, answers what an account may do."""
