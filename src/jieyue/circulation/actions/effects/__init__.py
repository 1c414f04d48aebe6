"""What a return brings about beside ending the loan: each gives rows for the one write."""
