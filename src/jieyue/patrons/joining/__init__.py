"""Joining (入馆): the form, consents, invitations and applications. Approving: fees/joining.py."""
