"""What an old system's lists say of open loans, holds and dues."""
