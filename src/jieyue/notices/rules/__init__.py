"""What is said when and how, decided without looking anything up."""
