"""Planning: designing a campaign with its goals, budget lines and waves, and getting the plan approved."""
