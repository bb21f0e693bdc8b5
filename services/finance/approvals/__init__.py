"""The approval desk: who must agree before money is set aside or spent."""
