"""The page of a plan: its text with every fact marked in place, its tasks, targets, deadlines, and what it leaves open."""
